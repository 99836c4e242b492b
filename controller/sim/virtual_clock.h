// The simulator's time: it only passes when somebody waits, and while it passes the simulated cluster works.
#pragma once

#include <functional>

#include "base/clock.h"
#include "base/time.h"

namespace refloat::sim {

class VirtualClock final : public Clock {
 public:
  // Moves the world towards a point in time and returns the time it reached: after `from`, at most `until`.
  using Driver = std::function<Time(Time from, Time until)>;

  explicit VirtualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void wait_until(Time until) override;
  // Lets `duration` pass.
  void advance(Duration duration) { wait_until(now_ + duration); }
  // Who works while time passes.
  void set_driver(Driver driver) { driver_ = std::move(driver); }
  // Real milliseconds per virtual second; 0 (the default) = as fast as possible. A person watches the demo at a pace above 0.
  void set_pace(double real_ms_per_second) { real_ms_per_second_ = real_ms_per_second; }

 private:
  void pace(Duration passed) const;

  Time now_;
  Driver driver_;
  double real_ms_per_second_ = 0;
  bool driving_ = false;
};

}  // namespace refloat::sim
