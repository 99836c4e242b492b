// A clock that stands still until told.
#pragma once

#include "base/clock.h"

namespace refloat::test {

class FakeClock final : public Clock {
 public:
  Time time = *parse_time("2025-12-03T10:31:54Z");
  Time now() const override { return time; }
  void wait_until(Time until) override { time = std::max(time, until); }
};

}  // namespace refloat::test
