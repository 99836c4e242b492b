// How current one view of a resource type is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace refloat {

enum class WatchPhase {
  listing,    // the first list, or a new one, is coming or is waited for
  following,  // changes arrive as they happen
  waiting,    // the connection is lost; the view is kept and resumed from its position
  denied,     // a right is missing: what this view would say is unexamined
  absent      // the kind is not installed: the view is empty, and that is the truth
};

// "listing", "following", ...
const char* to_string(WatchPhase phase);

struct WatchHealth {
  WatchPhase phase = WatchPhase::listing;
  bool synced = false;              // a whole list was taken in at least once
  Duration lag{0};                  // our view may be so old: since the last byte of the server (a bookmark comes each minute)
  std::optional<Error> last_error;  // the latest failure since the stream last worked
  int failures = 0;                 // in a row
  std::uint64_t events = 0;         // objects that came, in lists and after
  std::uint64_t lists = 0;          // complete ones
  std::uint64_t old_events = 0;     // dropped, because the view was ahead of them
};

// The health of one watch, with the name that metrics use.
struct WatchReport {
  std::string resource;   // "applications.argoproj.io"
  std::string cluster;    // empty = our own
  std::string ns;         // empty = all; of another cluster "prod/orders", or "prod/" for all of it
  bool optional = false;  // nothing waits for it
  WatchHealth health;
};

}  // namespace refloat
