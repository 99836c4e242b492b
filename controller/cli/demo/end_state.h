// How the demo's stack stands, read from PostgreSQL and the simulated cluster themselves, not from what a recovery says.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "cli/demo/stage.h"
#include "report/style.h"

namespace refloat {

struct StateRow {
  std::string what;
  std::string state;
  bool good = false;
};

// Schema versions, the declared namespace, pods, Applications.
std::vector<StateRow> state_of(DemoStage& stage);
bool all_good(const std::vector<StateRow>& rows);

std::string state_text(const std::vector<StateRow>& rows, const TextStyle& style);
Json state_json(const std::string& incident, const std::vector<StateRow>& rows);

}  // namespace refloat
