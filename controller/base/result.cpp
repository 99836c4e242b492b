#include "base/result.h"

namespace refloat {

const char* to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::transient: return "transient";
    case ErrorKind::stale: return "stale";
    case ErrorKind::denied: return "denied";
    case ErrorKind::unauthenticated: return "unauthenticated";
    case ErrorKind::not_found: return "not found";
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::gone: return "gone";
    case ErrorKind::timed_out: return "timed out";
    case ErrorKind::ambiguous: return "ambiguous";
  }
  return "unknown";
}

}  // namespace refloat
