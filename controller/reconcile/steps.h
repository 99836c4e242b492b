// What planning and running share about one step: its action, its view, its conditions, its guardrails.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "execute/action.h"
#include "execute/executor.h"
#include "guard/guardrail.h"
#include "model/recovery.h"
#include "reconcile/look.h"
#include "reconcile/reconcile.h"

namespace refloat {

// How old a plan may be to be begun without another look: a person may have thought about it for long.
inline constexpr Duration plan_age_max = std::chrono::seconds(30);

// Whether any step of it was begun.
bool begun(const Recovery& recovery);

// The action of a step; null for a name this build does not know (a journal of another version).
const Action* action_of(const PlanStep& step);

// Whether the step's `when` holds now; steps without one always run. Unknown counts as yes: the action itself decides on fresh reads.
bool wanted_now(const PlanStep& step, const Stack& stack, const Snapshot& snapshot, Time now);

// Fills in what an action does not know: the statements of a repair.
void complete(Write& write);

// Every guardrail on this step; `write` null while planning.
std::vector<Decision> guard_step(const Stack& stack, const Look& now, const Inputs& inputs, const Plan& plan, const PlanStep& step,
                                 const Recovery* recovery, const Write* write, bool approved, Time time);

// Sends a write where it belongs; `rehearse` = nothing stays.
Sent deliver(Ports& ports, const Inputs& inputs, const Stack& stack, const Write& write, bool rehearse);

}  // namespace refloat
