// What the four database repairs share.
#pragma once

#include <string>
#include <vector>

#include "execute/action.h"

namespace refloat {

// The write of a repair on the step's database; its statements are filled in by whoever holds the database port.
SqlWrite repair_write(const StepView& view, RepairKind kind, std::vector<std::string> arguments, std::string describe);

// The version recorded for the database that was read; "" when there is none.
std::string recorded(const DatabaseReading& reading);

// Whether a version row carries the database's own name.
bool has_own_row(const DatabaseReading& reading);

}  // namespace refloat
