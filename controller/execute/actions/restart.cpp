// Restarts the Stack's workloads, one patch each, and waits until they are ready. The stamp is the step's start time as the journal
// keeps it, so a process that resumes writes the same stamp and restarts nothing twice.
#include "argo/client/operations.h"
#include "execute/actions/actions.h"
#include "execute/moves.h"
#include "verify/goals.h"

namespace refloat {

namespace {

std::string stamp(const StepView& view) {
  return format_time(view.run.started_at.value_or(view.now));
}

bool to_restart(const StepView& view, const Workload& workload) {
  return workload.replicas > 0 && !workload.deletion_at && workload.restarted_at != stamp(view);
}

Move next(const StepView& view) {
  for (const Workload& workload : view.snapshot.workloads) {
    if (to_restart(view, workload)) return act(restart_workload(workload, stamp(view)), false);
  }
  const Goal ready = workloads_ready(view.stack, view.snapshot);
  return ready.reached ? done(ready.seen) : wait(ready.seen);
}

std::vector<Write> preview(const StepView& view) {
  std::vector<Write> out;
  for (const Workload& workload : view.snapshot.workloads) {
    if (to_restart(view, workload)) out.emplace_back(restart_workload(workload, stamp(view)));
  }
  return out;
}

std::string describe_step(const StepView& view) {
  return "restart " + std::to_string(preview(view).size()) + " workloads in " + view.stack.workload_namespace;
}

}  // namespace

Action restart_action() {
  return {{"workloads.restart",
           "Restarts the Stack's Deployments and StatefulSets as kubectl rollout restart does, and waits until all are ready.",
           {Phase::restart},
           {},
           std::nullopt,
           false},
          next,
          preview,
          describe_step};
}

}  // namespace refloat
