// A version killed after one of its DROPs fails for ever on that DROP; an empty stand-in lets it run again to the same schema.
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
  return reading.schema->dropped.empty();
}

SqlWrite repair(const StepView& view, const DatabaseReading& reading) {
  return repair_write(view, RepairKind::recreate_dropped_objects, reading.schema->dropped,
                      "recreate what the interrupted migration had dropped in database " + view.step.database);
}

Move next(const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr) return wait("database " + view.step.database + " can not be read");
  return repaired(*reading) ? done("nothing that the next version drops is missing") : act(repair(view, *reading), true);
}

std::vector<Write> preview(const StepView& view) {
  const DatabaseReading* reading = target_reading(view);
  if (reading == nullptr || repaired(*reading)) return {};
  return {repair(view, *reading)};
}

std::string describe_step(const StepView& view) {
  return "recreate what the interrupted migration had dropped in database " + view.step.database;
}

}  // namespace

Action recreate_dropped_action() {
  return {
      {"temporal.recreateDropped",
       "Makes empty stand-ins of what an interrupted version had already dropped, so that the version can be run again from its beginning.",
       {Phase::repair},
       {},
       Permission::alter_schema,
       true},
      next,
      preview,
      describe_step};
}

}  // namespace refloat
