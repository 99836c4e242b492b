// One quoted observation: where it was read, what was seen, when.
#pragma once

#include <string>

#include "base/time.h"

namespace refloat {

struct Evidence {
  std::string source;    // "temporal.schema_version", "job/db-migrate", "Application.status"
  std::string observed;  // in the source's own words, printable, without secrets
  Time at{};
};

}  // namespace refloat
