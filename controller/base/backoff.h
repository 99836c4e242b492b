// Waiting longer after each failure: base * factor^attempt, capped, with seeded jitter.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace refloat {

struct Backoff {
  Duration base{500};
  Duration max{30000};
  double factor = 2.0;
  double jitter = 0.2;  // the wait is lowered by up to this share, so that clients do not march in step

  // The wait before attempt `attempt` (0 = first retry); `seed` chooses the jitter, so that tests repeat.
  [[nodiscard]] Duration wait(int attempt, std::uint64_t seed) const;
};

}  // namespace refloat
