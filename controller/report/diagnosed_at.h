// Stack.status.diagnosedAt: since when the rest of the status says what it says.
#pragma once

#include "base/json.h"
#include "base/time.h"

namespace refloat {

// Sets it: to what `previous` has where the two say the same otherwise, so that an unchanged status is not written again.
void set_diagnosed_at(Json& status, const Json& previous, Time now);

}  // namespace refloat
