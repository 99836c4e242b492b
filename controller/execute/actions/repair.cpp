#include "execute/actions/repair.h"

#include <string>
#include <vector>

#include "execute/action.h"
#include "execute/moves.h"
#include "model/database_reading.h"
#include "model/write.h"

namespace refloat {

namespace {

// Only this repair makes objects, so only it must name them.
std::vector<std::string> arguments_of(const Repair& repair, const DatabaseReading& reading) {
  return repair.kind == RepairKind::recreate_dropped_objects ? reading.schema->dropped : std::vector<std::string>{};
}

SqlWrite write_of(const Repair& repair, const StepView& view, const DatabaseReading& reading) {
  return {view.step.database, repair.kind, arguments_of(repair, reading), {}, describe_repair(repair, view)};
}

}  // namespace

Move next_repair(const Repair& repair, const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr) return wait("database " + view.step.database + " can not be read");
  return repair.repaired(*reading) ? done(repair.done) : act(write_of(repair, view, *reading), true);
}

std::vector<Write> preview_repair(const Repair& repair, const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr || repair.repaired(*reading)) return {};
  return {write_of(repair, view, *reading)};
}

std::string describe_repair(const Repair& repair, const StepView& view) {
  return std::string(repair.sentence) + " " + view.step.database;
}

std::string recorded(const DatabaseReading& reading) {
  for (const VersionRow& row : reading.schema->versions) {
    if (row.db_name == reading.database) return row.current;
  }
  return {};
}

bool has_own_row(const DatabaseReading& reading) {
  return !recorded(reading).empty();
}

}  // namespace refloat
