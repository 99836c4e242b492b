// How often a Stack is looked at because of what the watches bring: a few times at once, then once in a while. Without it an Application
// that is synced again and again would have the API server and the databases asked with every change of it.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.h"

namespace refloat {

class Pace {
 public:
  // One look is earned this long after another, and so many may be saved up.
  static constexpr Duration every = std::chrono::seconds(3);
  static constexpr int at_once = 5;

  // When the next look may be, `now` at the earliest and now + every at the latest, also after the clock was set back.
  [[nodiscard]] Time next(Time now) const { return std::clamp(all_saved_at_ - (at_once - 1) * every, now, now + every); }
  // A look that was not asked for by a watch is spent too, but never owed.
  void spend(Time now) { all_saved_at_ = std::min(std::max(all_saved_at_, now) + every, now + at_once * every); }

 private:
  Time all_saved_at_{};
};

}  // namespace refloat
