// One guarded repair in one transaction. Internal to postgres/.
#pragma once

#include "base/result.h"
#include "postgres/database.h"

namespace refloat {

// See DatabaseAccess::repair.
Result<RepairAnswer> run_repair(const DatabaseTarget& target, const RepairRequest& request);

}  // namespace refloat
