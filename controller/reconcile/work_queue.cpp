#include "reconcile/work_queue.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"

namespace refloat {

void WorkQueue::add(const std::string& key, Time due) {
  const auto [known, is_new] = due_.try_emplace(key, due);
  if (!is_new && known->second <= due) return;
  if (!is_new) order_.erase({known->second, key});
  known->second = due;
  if (!in_hand_.contains(key)) order_.emplace(due, key);
}

std::optional<std::string> WorkQueue::take(Time now) {
  if (order_.empty() || order_.begin()->first > now) return std::nullopt;
  std::string key = order_.begin()->second;
  order_.erase(order_.begin());
  due_.erase(key);
  in_hand_.insert(key);
  return key;
}

void WorkQueue::done(const std::string& key) {
  in_hand_.erase(key);
  if (const auto asked = due_.find(key); asked != due_.end()) order_.emplace(asked->second, key);
}

void WorkQueue::shift(Duration by) {
  for (auto& [key, due] : due_) due += by;
  std::set<std::pair<Time, std::string>> moved;
  for (const auto& [due, key] : order_) moved.emplace(due + by, key);
  order_ = std::move(moved);
}

std::optional<Time> WorkQueue::next_due() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

std::size_t WorkQueue::depth(Time now) const {
  const auto end = std::find_if(order_.begin(), order_.end(), [now](const auto& entry) { return entry.first > now; });
  return static_cast<std::size_t>(std::distance(order_.begin(), end));
}

}  // namespace refloat
