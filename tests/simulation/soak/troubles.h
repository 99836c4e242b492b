// The incidents of the soak: every one that a recovery ends, those that only people can end, and none.
#pragma once

#include <string>
#include <vector>

#include "cli/demo/stage.h"
#include "model/stack.h"

namespace refloat::simulation {

struct Trouble {
  std::string name;
  bool (*strike)(DemoStage& stage);
  std::vector<Permission> needs;
  bool recoverable = true;
  std::string signature = {};  // a root cause that is found, where there is one to name
};

// The first is none at all.
const std::vector<Trouble>& troubles();

}  // namespace refloat::simulation
