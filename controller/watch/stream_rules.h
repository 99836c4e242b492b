// When a stream is opened again, and how much it may use.
#pragma once

#include <cstddef>

#include "base/backoff.h"
#include "base/time.h"

namespace refloat {

struct StreamRules {
  Backoff backoff{.base = Duration(500), .max = Duration(10000), .factor = 2.0, .jitter = 0.5};  // after a failure
  Duration retry_after_max{300000};                                                              // a server may ask for no longer wait
  Duration slow_retry{60000};       // where asking again soon cannot help: the right is missing, or the kind is not installed
  Duration optional_retry{600000};  // the same of a view that is rarely used
  int denials_max = 4;              // of a view that was synced: an API server that has just started denies what it soon allows
  Duration stable_after{10000};     // a view that was followed for so long may be listed again at once
  Duration silence_max{150000};     // the server sends a bookmark each minute; without any byte for so long a stream is dead
  Duration connect_timeout{10000};
  int watch_timeout_s = 540;   // asked of the server; up to as much again is added, so that streams do not end together
  bool streamed_lists = true;  // ask for them first; false = pages at once
  int page_size = 500;
  int foreign_bookmarks_max = 2;  // of a server that does not know streamed lists, and so never ends one
  Duration watch_short{1000};     // a watch that ended so soon and brought nothing counts as a failure
  int large_versions_max = 3;     // how often a server may lack our position before it counts as restored from a backup
  std::size_t object_bytes_max = std::size_t{8} << 20U;    // etcd refuses objects above 1.5 MiB; JSON with managed fields is larger
  std::size_t buffer_kept_bytes = std::size_t{16} << 10U;  // a larger buffer is given back as soon as it is empty
};

}  // namespace refloat
