#include "sim/virtual_clock.h"

#include <chrono>
#include <ratio>
#include <thread>

#include "base/clock.h"
#include "base/time.h"

namespace refloat::sim {

void VirtualClock::wait_until(Time until) {
  if (driving_) {
    return;  // a simulated controller must not wait inside its own step
  }
  driving_ = true;
  while (now_ < until && !interrupted()) {
    const Time reached = driver_ ? driver_(now_, until) : until;
    pace(reached - now_);
    now_ = reached;
  }
  driving_ = false;
}

void VirtualClock::pace(Duration passed) const {
  if (real_ms_per_second_ <= 0) {
    return;
  }
  const double real_ms = real_ms_per_second_ * static_cast<double>(passed.count()) / 1000.0;
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(real_ms));
}

}  // namespace refloat::sim
