// When the simulated controllers want to be woken although nothing changed.
#pragma once

#include <optional>
#include <set>

#include "base/time.h"

namespace refloat::sim {

class Timers {
 public:
  void wake_at(Time when) { due_.insert(when); }
  // The first one, if any.
  [[nodiscard]] std::optional<Time> next() const { return due_.empty() ? std::nullopt : std::optional(*due_.begin()); }
  // Forgets what is due by `now`; true when there was something.
  bool take(Time now) {
    const auto end = due_.upper_bound(now);
    const bool any = end != due_.begin();
    due_.erase(due_.begin(), end);
    return any;
  }

 private:
  std::set<Time> due_;
};

}  // namespace refloat::sim
