// A Stack that the API server takes and we cannot go by.
#pragma once

#include <string>

#include "base/json.h"
#include "reconcile/stack_turn.h"

namespace refloat {

// What we cannot read we do not act on: what was held of it is given back. It is told when the status says something new, so once per
// mistake, also across restarts; an edit wakes us. `object`: the Stack as it was read just now.
Turn tell_invalid(TurnContext& context, const Json& object, const std::string& why, StackMemory& memory);

}  // namespace refloat
