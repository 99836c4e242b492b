// Whether an AppProject's sync windows let an Application sync now.
#pragma once

#include <string>

#include "base/json.h"
#include "base/time.h"

namespace refloat::sim {

// `manual`: the operation was not started by automation.
bool windows_allow_sync(const Json& project, const Json& app, bool manual, Time now);
// Whether a five-field cron schedule starts in this minute, UTC.
bool cron_matches(const std::string& schedule, Time minute);

}  // namespace refloat::sim
