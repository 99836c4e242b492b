#include "reconcile/shared_queue.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/time.h"

namespace refloat {

namespace {

// A clock that was set is noticed after this at the latest.
constexpr Duration longest_sleep = std::chrono::seconds(10);

}  // namespace

void SharedQueue::add(const std::string& key, Time due) {
  const std::lock_guard lock(mutex_);
  queue_.add(key, due);
  ++changes_;
  changed_.notify_one();
}

void SharedQueue::done(const std::string& key) {
  const std::lock_guard lock(mutex_);
  queue_.done(key);
  ++changes_;
  changed_.notify_one();
}

std::optional<std::string> SharedQueue::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const Time now = clock_.now();
    if (now < seen_at_) queue_.shift(now - seen_at_);  // what was due in a minute is due in a minute, not in an hour
    seen_at_ = now;
    if (open_) {
      if (auto key = queue_.take(now)) return key;
    }
    const auto due = open_ ? queue_.next_due() : std::nullopt;
    const Duration sleep = due ? std::clamp<Duration>(*due - now, Duration(1), longest_sleep) : longest_sleep;
    const std::uint64_t seen = changes_;
    changed_.wait_for(lock, stop, sleep, [&] { return changes_ != seen; });
  }
  return std::nullopt;
}

std::optional<std::string> SharedQueue::take_due() {
  const std::lock_guard lock(mutex_);
  return open_ ? queue_.take(clock_.now()) : std::nullopt;
}

std::optional<Time> SharedQueue::next_due() const {
  const std::lock_guard lock(mutex_);
  return open_ ? queue_.next_due() : std::nullopt;
}

void SharedQueue::set_open(bool open) {
  const std::lock_guard lock(mutex_);
  open_ = open;
  ++changes_;
  changed_.notify_all();
}

std::size_t SharedQueue::depth() const {
  const std::lock_guard lock(mutex_);
  return queue_.depth(clock_.now());
}

std::size_t SharedQueue::size() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

}  // namespace refloat
