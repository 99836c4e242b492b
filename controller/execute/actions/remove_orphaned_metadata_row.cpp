// A first migration that was killed leaves version 0.0 and the row every retry trips over. The row may go only while nothing ever used it.
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/actions/repair.h"
#include "model/database_reading.h"
#include "model/playbook.h"
#include "model/write.h"

namespace refloat {

namespace {

bool repaired(const DatabaseReading& reading) {
  return reading.schema->metadata_rows.empty() || recorded(reading) != "0.0";
}

constexpr Repair repair{RepairKind::remove_orphaned_metadata_row, "remove the orphaned metadata row from database",
                        "no orphaned metadata row is left", repaired};

}  // namespace

Action remove_orphaned_metadata_row_action() {
  return repair_action<repair>(
      {"temporal.removeOrphanedMetadataRow",
       "Deletes the one metadata row that a killed first migration left behind, in a transaction that checks again that nothing ever "
       "used it.",
       {Phase::repair},
       {},
       Permission::delete_rows,
       true});
}

}  // namespace refloat
