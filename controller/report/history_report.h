// What was done to a Stack, and what would have been: its Recoveries and the shadow record. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "model/recovery.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {

struct History {
  std::string stack, ns;
  std::vector<Recovery> recoveries;  // oldest first
  Json status;                       // of the Stack; null when it has none
};

// Newest first in text and short; JSON is a List of Recoveries, oldest first, with the shadow record beside them as `shadow`.
std::string render(const History& history, Format format, const TextStyle& style);

}  // namespace refloat
