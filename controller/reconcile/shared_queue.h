// The work queue as several threads use it: takers sleep until something is due.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/time.h"
#include "reconcile/work_queue.h"

namespace refloat {

class SharedQueue {
 public:
  // `clock` must outlive it; take() sleeps in real time.
  explicit SharedQueue(const Clock& clock) : clock_(clock) {}

  void add(const std::string& key, Time due);
  void add_now(const std::string& key) { add(key, clock_.now()); }
  void done(const std::string& key);
  // The next due key while the queue is open; nothing once `stop` is requested.
  std::optional<std::string> take(const std::stop_token& stop);
  // The same without waiting: nothing when none is due, or while the queue is closed.
  std::optional<std::string> take_due();
  // When the next key is due; nothing while the queue is closed.
  [[nodiscard]] std::optional<Time> next_due() const;
  // While closed nothing is given out; what is asked for is kept.
  void set_open(bool open);
  [[nodiscard]] std::size_t depth() const;
  // Keys that are asked for, due or not.
  [[nodiscard]] std::size_t size() const;

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  WorkQueue queue_;
  std::uint64_t changes_ = 0;  // tells a taker that what it slept for may have changed
  bool open_ = true;
  Time seen_at_{};  // what the clock said last
};

}  // namespace refloat
