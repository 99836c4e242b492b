// A first migration that was killed leaves version 0.0 and the row every retry trips over. The row may go only while nothing ever used it.
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
  return reading.schema->metadata_rows.empty() || recorded(reading) != "0.0";
}

SqlWrite repair(const StepView& view, const DatabaseReading& /*reading*/) {
  return repair_write(view, RepairKind::remove_orphaned_metadata_row, {},
                      "remove the orphaned metadata row from database " + view.step.database);
}

Move next(const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr) return wait("database " + view.step.database + " can not be read");
  return repaired(*reading) ? done("no orphaned metadata row is left") : act(repair(view, *reading), true);
}

std::vector<Write> preview(const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr || repaired(*reading)) return {};
  return {repair(view, *reading)};
}

std::string describe_step(const StepView& view) {
  return "remove the orphaned metadata row from database " + view.step.database;
}

}  // namespace

Action remove_orphaned_metadata_row_action() {
  return {{"temporal.removeOrphanedMetadataRow",
           "Deletes the one metadata row that a killed first migration left behind, in a transaction that checks again that nothing ever "
           "used it.",
           {Phase::repair},
           {},
           Permission::delete_rows,
           true},
          next,
          preview,
          describe_step};
}

}  // namespace refloat
