#include "watch/health.h"

#include <algorithm>

#include "base/time.h"
#include "watch/stream_state.h"

namespace refloat {

const char* to_string(WatchPhase phase) {
  switch (phase) {
    case WatchPhase::listing: return "listing";
    case WatchPhase::following: return "following";
    case WatchPhase::waiting: return "waiting";
    case WatchPhase::denied: return "denied";
    case WatchPhase::absent: return "absent";
  }
  return "unknown";
}

WatchHealth health_of(const StreamState& state, Moment now) {
  WatchHealth out;
  out.phase = state.phase;
  out.synced = state.synced;
  out.lag = std::max(Duration(0), now - state.heard);
  out.last_error = state.last_error;
  out.failures = state.failures;
  out.events = state.events;
  out.lists = state.lists;
  out.old_events = state.old_events;
  return out;
}

}  // namespace refloat
