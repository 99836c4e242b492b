// Databases that do not answer for a moment.
#pragma once

#include <map>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "reconcile/look.h"

namespace refloat {

// Looks that come while a database restarts or fails over see what is soon over: until it has been silent for `silence_max`, what they
// find, and what `status` tells of earlier ones, is pending. `since` remembers which are silent from one look to the next.
void wait_for_the_silent(Look& seen, std::map<std::string, Time>& since, Duration silence_max, const Json& status, Time now);

}  // namespace refloat
