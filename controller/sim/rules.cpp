#include "sim/rules.h"

#include <iterator>
#include <vector>

namespace refloat::sim {

namespace {

constexpr Rule table[] = {
    {"an .operation over no or a completed state starts, runs and is removed when it ends", "operation_runs_and_is_removed"},
    {"a second .operation over a running one is ignored and removed when the first ends", "second_operation_is_ignored"},
    {"nulling .operation while it runs leaves phase Running for ever", "nulled_operation_leaves_limbo"},
    {"phase Terminating written into limbo changes nothing", "terminating_in_limbo_does_nothing"},
    {"an .operation set over limbo resumes the old operation", "operation_over_limbo_resumes_the_old"},
    {"an .operation set together with a nulled operationState starts anew out of limbo", "operation_with_nulled_state_starts_anew"},
    {"phase Terminating ends the operation, releases and deletes the hook that runs, without a retry", "terminate_releases_the_hook"},
    {"fields of the previous operationState survive in the next one when it is not nulled", "merge_patch_leaks_old_state"},
    {"a leaked result of the same hook lets a later sync succeed without running the hook", "leaked_result_skips_the_hook"},
    {"a sync limited to resources runs no hook", "partial_sync_skips_hooks"},
    {"a hook that vanished keeps the operation Running for ever", "vanished_hook_runs_for_ever"},
    {"a hook Job deleted with its pod while it runs stays Terminating without a terminal condition", "deleted_hook_hangs"},
    {"terminating in a closed sync window waits for the window", "terminate_waits_in_closed_window"},
    {"terminating while manifests cannot be generated ends with Error and leaves the hook with its finalizer",
     "comparison_error_ends_and_leaves_hook", "Argo CD's manifest cache answers for the revision that the operation began with"},
    {"terminating without a project ends with Error and leaves the hook with its finalizer", "terminate_without_project_leaves_hook"},
    {"an operation goes on with the source it began with", "changed_source_does_not_touch_the_running_operation"},
    {"the refresh annotation is removed by the refresh", "refresh_annotation_is_removed"},
    {"annotations written during a refresh are lost when the refresh annotation was the only one", "refresh_loses_concurrent_annotation"},
    {"an annotation on a generated Application is reverted", "generated_annotation_is_reverted"},
    {"a generated Application that is deleted is created again", "generated_application_is_recreated"},
    {"RollingSync removes automated from generated Applications", "rolling_sync_strips_automated"},
    {"RollingSync starts a later step only when the earlier one is done", "rolling_sync_waits_for_the_step_before"},
    {"a failed operation with retries left is Running with finishedAt until its time comes", "retry_back_off_is_running_with_finished_at"},
    {"terminating in the back-off ends the operation at once", "terminate_ends_back_off"},
    {"autosync gives up on a revision whose sync failed", "autosync_does_not_repeat_a_failure"},
    {"self-heal limits itself to what differs and runs no hook", "self_heal_runs_no_hook"},
    {"a merge patch with a stale resourceVersion is a conflict", "stale_merge_patch_is_409"},
    {"a failed test of a JSON patch is invalid, not a conflict", "failed_json_patch_test_is_422"},
    {"a patch with another uid is refused and changes nothing", "patch_with_other_uid_is_refused"},
    {"a strategic merge patch of a custom resource is refused", "strategic_patch_of_custom_resource_is_refused"},
    {"an Application has no status subresource", "application_has_no_status_path"},
    {"one merge patch writes spec, status and operation of an Application", "application_patch_writes_everything"},
    {"a delete with another uid or resourceVersion is a conflict", "delete_preconditions_are_checked"},
    {"a dry run validates and changes nothing", "dry_run_changes_nothing"},
    {"creating what exists is a conflict", "create_of_existing_is_a_conflict"},
    {"removing the last finalizer of a deleting object removes it", "last_finalizer_removes_the_object"},
    {"no finalizer can be added to a deleting object", "no_finalizer_on_a_deleting_object"},
    {"writing to a Job leaves its status alone, writing its status leaves the rest alone", "status_is_a_resource_of_its_own"},
    {"a Job's template cannot be changed", "job_template_is_immutable"},
    {"an update that changes nothing keeps the resourceVersion", "empty_update_keeps_the_version"},
    {"label selectors select", "selectors_select"},
    {"a list of several pages is whole", "pages_make_a_whole_list"},
    {"an expired continue token is 410 with a fresh token; the list starts again", "expired_continue_starts_again",
     "etcd compacts every five minutes only"},
    {"a throttled request is 429 with plain text", "throttling_is_plain_text", "needs an overloaded server"},
    {"a right that is missing is refused and reported by the access review", "missing_right_is_refused",
     "the suite runs as an administrator"},
    {"a Job retries up to its back-off limit, then fails", "job_fails_after_its_limit"},
    {"a Job's success is its pod's", "job_completes"},
    {"a deleting Job starts no pod", "deleting_job_starts_no_pod"},
    {"a deleting Job counts no pod and never completes", "deleting_job_never_completes"},
    {"a deadline still fails a deleting Job", "deadline_fails_a_deleting_job"},
    {"a pod that is deleted by its Job's deletion goes away", "background_deletion_collects_pods"},
    {"a finished Job is deleted after its time to live", "job_expires"},
    {"changing a Deployment's template annotation replaces its pods", "template_annotation_restarts"},
    {"a container that keeps failing is in CrashLoopBackOff and keeps its last log", "crash_loop_keeps_previous_log"},
    {"an image nobody has keeps the pod waiting", "missing_image_waits"},
    {"a Secret's value reaches the container", "secret_reaches_the_container"},
    {"a pod whose Secret is missing cannot start", "missing_secret_blocks_the_container"},
    {"stringData becomes data", "secret_string_data_is_encoded"},
    {"a lease changes hands only with its current resourceVersion", "lease_update_needs_the_version"},
    {"deleting an Application waits until .operation is gone", "deletion_waits_for_the_operation"},
};

}  // namespace

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all(std::begin(table), std::end(table));
  return all;
}

}  // namespace refloat::sim
