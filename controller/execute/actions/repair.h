// What the four database repairs share: each looks at the database, and either has nothing to do or makes its one change.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "execute/action.h"

namespace refloat {

struct Repair {
  RepairKind kind;
  const char* sentence;  // what it does, in front of the database's name
  const char* done;      // what is said when nothing is left to do
  bool (*repaired)(const DatabaseReading& reading);
};

Move next_repair(const Repair& repair, const StepView& view);

// The write, without its statements: `complete` fills them in.
std::vector<Write> preview_repair(const Repair& repair, const StepView& view);

std::string describe_repair(const Repair& repair, const StepView& view);

// An action holds plain functions, so its repair is known when it is compiled.
template <const Repair& repair>
Action repair_action(ActionSpec spec) {
  return {std::move(spec), [](const StepView& view) { return next_repair(repair, view); },
          [](const StepView& view) { return preview_repair(repair, view); },
          [](const StepView& view) { return describe_repair(repair, view); }};
}

// The version recorded for the database that was read; "" when there is none.
std::string recorded(const DatabaseReading& reading);

// Whether a version row carries the database's own name.
bool has_own_row(const DatabaseReading& reading);

}  // namespace refloat
