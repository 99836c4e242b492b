// What stands in the way of a whole plan: guardrails of its steps, attempts that are used up, a person's decision. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "journal/recoveries.h"
#include "model/plan.h"
#include "model/stack.h"

namespace refloat {

struct Obstacles {
  std::vector<std::string> reasons;  // "name: reason", each once
  std::set<std::string> names;       // of guardrails, and of what stands in the way of all of it
  std::optional<Time> retry_at;      // set while only time is missing
};

Obstacles obstacles_to(const Plan& plan, const RecoveryList& recoveries, const Stack& stack, Time now);

}  // namespace refloat
