#include <vector>

#include "execute/action.h"
#include "execute/actions/actions.h"

namespace refloat {

const std::vector<Action>& all_actions() {
  static const std::vector<Action> actions = {
      end_operation_action(),           // first: nothing else may happen while the doomed operation runs
      release_hook_finalizer_action(),  // only after that operation ended
      rename_version_row_action(),      // before anything reads the version
      remove_orphaned_metadata_row_action(),
      insert_metadata_row_action(),
      recreate_dropped_action(),
      sync_action(),
      restart_action(),
      rerun_job_action(),
      expect_action(),
  };
  return actions;
}

}  // namespace refloat
