// The last lines of one container, as suspicion and evidence; never sufficient for an effect.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace refloat {

struct LogReading {
  std::string pod;
  std::string container;
  bool previous = false;  // of the container instance before the running one
  Time at{};
  std::vector<std::string> lines;  // newest last, printable, redacted by pattern, at most 40
};

}  // namespace refloat
