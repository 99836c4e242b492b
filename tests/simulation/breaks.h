// More ways to break a simulated stack than the demo shows: together with the demo's there is one for every playbook that acts.
#pragma once

#include <vector>

#include "cli/demo/incidents.h"
#include "model/stack.h"

namespace refloat::simulation {

struct Break {
  const char* name;
  bool (*strike)(DemoStage& stage);
  std::vector<Permission> needs;  // what the Stack must allow beyond deleteRows
  const char* signature;          // root cause that must be found
};

// Each ends in a verified recovery.
const std::vector<Break>& recoverable_breaks();

}  // namespace refloat::simulation
