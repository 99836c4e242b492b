// A live schema without its metadata row keeps every server from starting; no migration ever puts it back.
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/actions/repair.h"
#include "model/database_reading.h"
#include "model/playbook.h"
#include "model/write.h"

namespace refloat {

namespace {

bool repaired(const DatabaseReading& reading) {
  return !reading.schema->metadata_rows.empty();
}

constexpr Repair repair{RepairKind::insert_metadata_row, "put back the metadata row of database", "the metadata row is there", repaired};

}  // namespace

Action insert_metadata_row_action() {
  return repair_action<repair>({"temporal.insertMetadataRow",
                                "Puts back the metadata row that a live schema lost, with the next notification version.",
                                {Phase::repair},
                                {},
                                Permission::insert_rows,
                                true});
}

}  // namespace refloat
