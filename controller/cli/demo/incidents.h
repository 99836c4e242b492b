// The ways in which the demo breaks its stack. What comes of it is decided by the same code as on a real cluster.
#pragma once

#include <string>
#include <vector>

#include "cli/demo/stage.h"

namespace refloat {

struct Incident {
  const char* name;
  const char* story;                 // what happens, for people
  bool (*strike)(DemoStage& stage);  // false = it did not come to pass
};

// The first is the default.
const std::vector<Incident>& all_incidents();

// Null when there is none of that name.
const Incident* find_incident(const std::string& name);

}  // namespace refloat
