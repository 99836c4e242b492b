// Whether a Stack on which nothing was found can be left alone, at the least cost: from what is watched, and once a resync from its
// databases as well. It only ever says "nothing new": as soon as anything is, a turn reads everything anew and decides.
#pragma once

#include <optional>

#include "base/time.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "reconcile/stack_turn.h"

namespace refloat {

// When a Stack must be looked at again, if it need not be now: nothing was found or open last time and what is watched raises no
// suspicion. When a resync is due, its databases (and the Secrets that lead to them) are read first, and nothing else. Nothing = take a
// turn.
std::optional<Time> quiet_until(TurnContext& context, const Stack& stack, StackMemory& memory, const Snapshot& watched);

// Since when the watched Applications are as they are, so that a turn has not to wait that long again.
void remember_watched(const Snapshot& watched, StackMemory& memory);

}  // namespace refloat
