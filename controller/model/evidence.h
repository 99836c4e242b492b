// One quoted observation: where it was read, what was seen, when.
#pragma once

#include <string>

#include "base/time.h"

namespace refloat {

struct Evidence {
  std::string source;    // "temporal.schema_version", "job/db-migrate", "Application.status"
  std::string observed;  // in the source's own words, printable, without secrets
  Time at{};
  bool supporting = false;  // only shows why one looked: it may change while what it supports stays the same
};

}  // namespace refloat
