// A dump restored under another name keeps the old name in its version row, so every reader finds no version at all.
#include <vector>

#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/actions/repair.h"
#include "execute/moves.h"
#include "model/database_reading.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "model/write.h"

namespace refloat {

namespace {

bool repaired(const DatabaseReading& reading) {
  return has_own_row(reading);
}

SqlWrite repair(const StepView& view, const DatabaseReading& /*reading*/) {
  return repair_write(view, RepairKind::rename_version_row, {},
                      "write the database's own name into its version row: " + view.step.database);
}

Move next(const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr) return wait("database " + view.step.database + " can not be read");
  return repaired(*reading) ? done("the version row carries this database's name") : act(repair(view, *reading), true);
}

std::vector<Write> preview(const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr || repaired(*reading)) return {};
  return {repair(view, *reading)};
}

std::string describe_step(const StepView& view) {
  return "write the database's own name into its version row: " + view.step.database;
}

}  // namespace

Action rename_version_row_action() {
  return {{"temporal.renameVersionRow",
           "Writes the present database name into the version row of a schema that was restored under another name.",
           {Phase::repair},
           {},
           Permission::update_version_row,
           true},
          next,
          preview,
          describe_step};
}

}  // namespace refloat
