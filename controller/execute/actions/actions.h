// One factory per action; all.cpp lists them in the order in which they stand within a phase.
#pragma once

#include "execute/action.h"

namespace refloat {

Action end_operation_action();
Action release_hook_finalizer_action();
Action remove_orphaned_metadata_row_action();
Action insert_metadata_row_action();
Action rename_version_row_action();
Action recreate_dropped_action();
Action sync_action();
Action restart_action();
Action rerun_job_action();
Action expect_action();

}  // namespace refloat
