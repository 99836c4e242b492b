#include "reconcile/outcome.h"

#include <algorithm>
#include <chrono>

#include "base/backoff.h"
#include "base/result.h"
#include "base/time.h"

namespace refloat {

Outcome after_failed_read(const Error& error, int failures, unsigned seed) {
  switch (error.kind) {
    case ErrorKind::denied:
    case ErrorKind::unauthenticated:
    case ErrorKind::not_found:
    case ErrorKind::invalid: return {Next::stop, Duration(0)};
    case ErrorKind::stale:
    case ErrorKind::gone: return {Next::again, Duration(0)};
    case ErrorKind::transient:
    case ErrorKind::timed_out:
    case ErrorKind::ambiguous: break;
  }
  const Duration asked = std::chrono::seconds(error.retry_after_s);
  return {Next::again, std::max(asked, Backoff{}.wait(failures, seed))};
}

}  // namespace refloat
