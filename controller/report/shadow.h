// The shadow record of a Stack in mode Observe: what would have been done, and when, so that a team can decide to trust it. Pure.
#pragma once

#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/stack.h"

namespace refloat {

// `previous` with what this look adds: an entry for a plan that is new, a later lastSeen at most once in ten minutes, an end for what is
// there no more. `plan` null = nothing was planned on this look; `causes` empty = nothing is found. At most ten entries, oldest out first.
Json shadow_record(const Json& previous, const Stack& stack, const Plan* plan, const std::vector<Finding>& causes, Time now);

}  // namespace refloat
