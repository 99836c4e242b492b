// Stack.status of an object that the API server took and that we cannot read: what is wrong with it, and nothing about the rest. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/time.h"
#include "model/note.h"
#include "model/stack.h"

namespace refloat {

// Every mistake with its hint, on one line, without secrets.
std::string mistakes_text(const Diagnostics& mistakes);

// The whole status: Ready=False and Stalled=True with reason InvalidSpec. What was found before is not known any more; the shadow record
// and the numbers of Recoveries stay. The same mistakes at the same generation give the same JSON.
Json invalid_stack_status(const Json& previous, std::int64_t generation, const std::string& why, Time now);

// The Event that says so.
Note note_invalid(const Stack& stack, const std::string& why);

}  // namespace refloat
