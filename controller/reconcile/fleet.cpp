#include "reconcile/fleet.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.h"

namespace refloat {

void Fleet::woken(const std::string& stack, Time now) {
  const std::lock_guard lock(mutex_);
  woken_.try_emplace(stack, Wake{now, now}).first->second.last = now;
}

void Fleet::looked(const std::string& stack, Time began) {
  const std::lock_guard lock(mutex_);
  const auto woken = woken_.find(stack);
  if (woken == woken_.end()) return;
  if (woken->second.last <= began) {
    woken_.erase(woken);
  } else {
    woken->second.first = std::max(woken->second.first, began);
  }
}

// Others that woke until then, and that nobody has looked at since.
int Fleet::unseen_since(const std::string& stack, Time until) const {
  return static_cast<int>(
      std::count_if(woken_.begin(), woken_.end(), [&](const auto& each) { return each.first != stack && each.second.first <= until; }));
}

void Fleet::set_aground(const std::string& stack, bool aground, Time now) {
  const std::lock_guard lock(mutex_);
  if (aground) {
    aground_since_.try_emplace(stack, now);
  } else {
    aground_since_.erase(stack);
  }
}

bool Fleet::take_place(const std::string& stack) {
  const std::lock_guard lock(mutex_);
  if (running_.contains(stack)) return true;
  if (running_.size() >= static_cast<std::size_t>(limits_.running_max)) return false;
  running_.insert(stack);
  return true;
}

void Fleet::give_place(const std::string& stack) {
  const std::lock_guard lock(mutex_);
  running_.erase(stack);
}

void Fleet::forget(const std::string& stack) {
  const std::lock_guard lock(mutex_);
  aground_since_.erase(stack);
  running_.erase(stack);
  woken_.erase(stack);
}

std::optional<Fleet::Hold> Fleet::hold(const std::string& stack, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto since = aground_since_.find(stack);
  // What breaks many Stacks is found one Stack at a time: the first must not be treated before the others were looked at.
  if (since == aground_since_.end() || now - since->second < limits_.settle) {
    const Time from = since == aground_since_.end() ? now : since->second;
    return Hold{"aground for less than " + format_duration(limits_.settle), from + limits_.settle};
  }
  if (aground_since_.size() > static_cast<std::size_t>(limits_.aground_max)) {
    return Hold{"storm: " + std::to_string(aground_since_.size()) + " Stacks are aground at once (more than " +
                    std::to_string(limits_.aground_max) + "), so the cause is hardly theirs",
                std::nullopt};
  }
  // A look takes as long as a database that does not answer. Only what woke in time is waited for, so this has an end.
  if (const int unseen = unseen_since(stack, since->second + limits_.settle); unseen > 0) {
    return Hold{std::to_string(unseen) + " other Stacks are still to be looked at", now + std::chrono::seconds(1)};
  }
  return std::nullopt;
}

int Fleet::aground() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(aground_since_.size());
}

}  // namespace refloat
