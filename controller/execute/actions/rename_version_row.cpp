// A dump restored under another name keeps the old name in its version row, so every reader finds no version at all.
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/actions/repair.h"
#include "model/playbook.h"
#include "model/write.h"

namespace refloat {

namespace {

constexpr Repair repair{RepairKind::rename_version_row,
                        "write the database's own name into its version row:", "the version row carries this database's name", has_own_row};

}  // namespace

Action rename_version_row_action() {
  return repair_action<repair>({"temporal.renameVersionRow",
                                "Writes the present database name into the version row of a schema that was restored under another name.",
                                {Phase::repair},
                                {},
                                Permission::update_version_row,
                                true});
}

}  // namespace refloat
