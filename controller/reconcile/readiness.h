// Whether a replica may say that it does its work: pure, from what it knows of its watches and its Lease.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/time.h"
#include "watch/health.h"

namespace refloat {

// What one replica knows of itself.
struct ReadinessView {
  bool started = false;              // its watches are set up
  bool stopping = false;             // it was asked to end
  std::vector<WatchReport> watches;  // all of them
  Duration since_lease{0};           // since the Lease was last read or written, or since the start
};

struct ReadinessLimits {
  Duration watch_lag{std::chrono::minutes(3)};  // the server says something each minute: older than this is lost, not quiet
  Duration lease{std::chrono::seconds(30)};     // without an answer about the Lease so long, we know not who acts
};

// Why not, or "" = it is ready. A stand-by is as ready as the one that acts.
std::string why_not_ready(const ReadinessView& view, const ReadinessLimits& limits = {});

// Which watch has never taken in a whole list; "" = none. A kind that is not installed or may not be read will not be listed, and for one
// that is optional nobody waits.
std::string not_listed(const std::vector<WatchReport>& watches);

}  // namespace refloat
