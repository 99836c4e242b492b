// One look at a Stack and what it means; looked again while a state is too young to judge.
#pragma once

#include "reconcile/reconcile.h"

namespace refloat {

struct Look {
  Snapshot snapshot;
  StackDiagnosis diagnosis;
};

// Watched objects and databases, and logs if asked for (they are evidence for people, no pass decides on them), judged.
Result<Look> look(Ports& ports, const Inputs& inputs, const Stack& stack, Seen& seen, bool logs);

// The plan that follows from a look: merged, with what it would write, guardrails evaluated, sealed with a digest.
Plan plan_of(Ports& ports, const Inputs& inputs, const Stack& stack, const Look& now, bool approved);

// When the pending signatures want another look: within five seconds, not sooner than in half a second.
Time next_look(const StackDiagnosis& diagnosis, Time now);

// Looks again, at the times the pending signatures name, until none is pending or `budget` is used up.
Result<Look> settled_look(Ports& ports, const Inputs& inputs, const Stack& stack, Seen& seen, Duration budget);

}  // namespace refloat
