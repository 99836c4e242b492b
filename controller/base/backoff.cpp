#include "base/backoff.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/time.h"

namespace refloat {

Duration Backoff::wait(int attempt, std::uint64_t seed) const {
  const double grown = static_cast<double>(base.count()) * std::pow(factor, std::clamp(attempt, 0, 40));
  const double capped = std::min(grown, static_cast<double>(max.count()));
  // splitmix64: one multiplication chain is random enough to keep clients from marching in step.
  std::uint64_t x = seed + 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(attempt + 1);
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
  const double share = static_cast<double>((x ^ (x >> 31U)) >> 11U) / static_cast<double>(1ULL << 53U);
  return Duration(std::llround(capped * (1.0 - jitter * share)));
}

}  // namespace refloat
