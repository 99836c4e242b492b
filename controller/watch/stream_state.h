// What one stream knows about itself, as of the last thing that happened to it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "watch/health.h"

namespace refloat {

struct StreamState {
  WatchPhase phase = WatchPhase::listing;
  bool synced = false;
  Moment heard;  // since then we may have missed something
  std::optional<Error> last_error;
  int failures = 0;
  std::uint64_t events = 0, lists = 0, old_events = 0;
};

// The state as others see it at `now`.
WatchHealth health_of(const StreamState& state, Moment now);

}  // namespace refloat
