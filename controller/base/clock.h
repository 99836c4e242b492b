// The only way to time: injected, so that deciding stays pure and the simulator owns time.
#pragma once

#include "base/time.h"

namespace refloat {

class Clock {
 public:
  virtual ~Clock() = default;
  // Now, UTC.
  virtual Time now() const = 0;
  // Returns at `until`, or earlier when the wait was interrupted (Ctrl-C).
  virtual void wait_until(Time until) = 0;
};

// The machine's clock; wait_until returns early once `interrupt()` was called from a signal handler.
class SystemClock final : public Clock {
 public:
  Time now() const override;
  void wait_until(Time until) override;
};

// Async-signal-safe: makes every running and later wait_until return at once.
void interrupt() noexcept;
// Whether interrupt() was called.
bool interrupted() noexcept;

}  // namespace refloat
