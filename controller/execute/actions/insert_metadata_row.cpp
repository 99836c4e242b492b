// A live schema without its metadata row keeps every server from starting; no migration ever puts it back.
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
  return !reading.schema->metadata_rows.empty();
}

SqlWrite repair(const StepView& view, const DatabaseReading& /*reading*/) {
  return repair_write(view, RepairKind::insert_metadata_row, {}, "put back the metadata row of database " + view.step.database);
}

Move next(const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr) return wait("database " + view.step.database + " can not be read");
  return repaired(*reading) ? done("the metadata row is there") : act(repair(view, *reading), true);
}

std::vector<Write> preview(const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr || repaired(*reading)) return {};
  return {repair(view, *reading)};
}

std::string describe_step(const StepView& view) {
  return "put back the metadata row of database " + view.step.database;
}

}  // namespace

Action insert_metadata_row_action() {
  return {{"temporal.insertMetadataRow",
           "Puts back the metadata row that a live schema lost, with the next notification version.",
           {Phase::repair},
           {},
           Permission::insert_rows,
           true},
          next,
          preview,
          describe_step};
}

}  // namespace refloat
