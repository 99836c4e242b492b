// A version killed after one of its DROPs fails for ever on that DROP; an empty stand-in lets it run again to the same schema.
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/actions/repair.h"
#include "model/database_reading.h"
#include "model/playbook.h"
#include "model/write.h"

namespace refloat {

namespace {

bool repaired(const DatabaseReading& reading) {
  return reading.schema->dropped.empty();
}

constexpr Repair repair{RepairKind::recreate_dropped_objects, "recreate what the interrupted migration had dropped in database",
                        "nothing that the next version drops is missing", repaired};

}  // namespace

Action recreate_dropped_action() {
  return repair_action<repair>(
      {"temporal.recreateDropped",
       "Makes empty stand-ins of what an interrupted version had already dropped, so that the version can be run again from its beginning.",
       {Phase::repair},
       {},
       Permission::alter_schema,
       true});
}

}  // namespace refloat
