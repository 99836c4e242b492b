// Restarts the Stack's workloads, one patch each, and waits until they are ready. The stamp is the step's start time as the journal
// keeps it, so a process that resumes writes the same stamp and restarts nothing twice.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "argo/client/operations.h"
#include "base/time.h"
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/moves.h"
#include "model/playbook.h"
#include "model/recovery.h"
#include "model/workload.h"
#include "verify/goals.h"

namespace refloat {

namespace {

std::string stamp(const StepView& view) {
  return format_time(view.run.started_at.value_or(view.now));
}

// Ours, or newer than our step: somebody else restarted it since, which serves as well.
bool restarted(const StepView& view, const Workload& workload) {
  if (workload.restarted_at == stamp(view) || since_step_start(view, parse_time(workload.restarted_at))) return true;
  const auto& effects = view.run.effects;
  return std::any_of(effects.begin(), effects.end(),
                     [&](const Effect& e) { return e.object_uid == workload.ref.uid && e.state == EffectState::applied; });
}

bool to_restart(const StepView& view, const Workload& workload) {
  return workload.replicas > 0 && !workload.deletion_at && !restarted(view, workload);
}

Move next(const StepView& view) {
  for (const Workload* workload : service_workloads(view.stack, view.snapshot)) {
    if (to_restart(view, *workload)) return act(restart_workload(*workload, stamp(view)), false);
  }
  const Goal ready = workloads_ready(view.stack, view.snapshot);
  return ready.reached ? done(ready.seen) : wait(ready.seen);
}

std::vector<Write> preview(const StepView& view) {
  std::vector<Write> out;
  for (const Workload* workload : service_workloads(view.stack, view.snapshot)) {
    if (to_restart(view, *workload)) out.emplace_back(restart_workload(*workload, stamp(view)));
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
