// Reruns the bootstrap Job of an Application. An ordinary Job is deleted first, because a sync changes nothing while the old one,
// complete or failed, is still there; a hook Job is replaced by the sync itself.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "argo/client/operations.h"
#include "base/text.h"
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/moves.h"
#include "model/application.h"
#include "model/job.h"
#include "model/playbook.h"
#include "model/pod.h"
#include "model/recovery.h"
#include "verify/goals.h"

namespace refloat {

namespace {

// The Job that failed, if one did; else the newest.
const Job* job_to_judge(const StepView& view, const Application& app) {
  const auto jobs = view.snapshot.jobs_of(app);
  const auto failed = std::find_if(jobs.begin(), jobs.end(), [](const Job* j) { return j->failed_finally && !j->deletion_at; });
  if (failed != jobs.end()) return *failed;
  const auto newest = std::max_element(jobs.begin(), jobs.end(), [](const Job* a, const Job* b) { return a->created_at < b->created_at; });
  return newest == jobs.end() ? nullptr : *newest;
}

// A Job that this step brought about: made since it began, or any other than those it deleted (clocks may differ).
bool fresh(const StepView& view, const Job& job) {
  if (since_step_start(view, job.created_at)) return true;
  const auto& effects = view.run.effects;
  return !effects.empty() && std::none_of(effects.begin(), effects.end(), [&](const Effect& e) { return e.object_uid == job.ref.uid; });
}

// A pod of it is running: it may be doing right now what we are waiting for.
bool at_work(const StepView& view, const Job& job) {
  if (job.complete || job.failed_finally) return false;
  const auto pods = view.snapshot.pods_of(job);
  const bool running = std::any_of(pods.begin(), pods.end(), [](const Pod* p) { return p->phase == "Running" || p->phase == "Pending"; });
  return running || (job.active > 0 && job.failed == 0);
}

// Somebody else brought about, before we did anything, what the Stack declares: what is done is not done again.
std::optional<std::string> done_by_others(const StepView& view, const Application& app) {
  if (!view.run.effects.empty() || view.stack.bootstrap.empty()) return std::nullopt;
  const bool sync_failed = app.operation && (app.operation->phase == "Failed" || app.operation->phase == "Error");
  const auto jobs = view.snapshot.jobs_of(app);
  const bool over = std::all_of(jobs.begin(), jobs.end(), [](const Job* j) { return j->complete && !j->deletion_at; });
  const Goal goal = bootstrap_done(view.stack, view.snapshot);
  if (sync_failed || jobs.empty() || !over || !goal.reached) return std::nullopt;
  return "done already: " + goal.seen;
}

// A Job from before this step, or one of ours that failed.
Move replace(const StepView& view, const Application& app, const Job& job) {
  if (at_work(view, job)) return wait("Job " + job.ref.name + " is at work");
  if (auto refresh = not_compared(view, app)) return std::move(*refresh);
  if (auto other = other_revision(view, app)) return std::move(*other);
  if (job.hook) return act(start_sync(app, next_token(view)), true);
  return act(delete_job(job), false);
}

Move judge_fresh(const StepView& view, const Application& app, const Job& job) {
  const Goal goal = bootstrap_done(view.stack, view.snapshot);
  if (job.complete && goal.reached) return done(goal.seen);
  if (job.complete) return wait("Job " + job.ref.name + " is complete; " + goal.seen);
  if (!job.failed_finally) return wait("Job " + job.ref.name + " is at work");
  if (view.run.attempts >= view.stack.limits.attempts_per_step)
    return fail("Job " + job.ref.name + " failed: " + printable(job.failed_message));
  return replace(view, app, job);
}

Move next(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return fail("Application " + view.step.application + " is gone");
  if (app->has_operation) return wait("an operation of " + app->ref.name + " runs");
  const Goal runtime = workloads_ready(view.stack, view.snapshot);
  if (!runtime.reached) return wait("the runtime does not answer yet: " + runtime.seen);
  const Job* job = job_to_judge(view, *app);
  if (job != nullptr && job->deletion_at) return wait("Job " + job->ref.name + " is being deleted");
  if (const auto by_others = done_by_others(view, *app)) return done(*by_others);
  if (job != nullptr && fresh(view, *job)) return judge_fresh(view, *app, *job);
  if (job != nullptr) return replace(view, *app, *job);
  if (view.run.attempts >= view.stack.limits.attempts_per_step) return fail("syncs of " + app->ref.name + " bring no Job");
  if (auto refresh = not_compared(view, *app)) return std::move(*refresh);
  if (auto other = other_revision(view, *app)) return std::move(*other);
  return act(start_sync(*app, next_token(view)), true);
}

std::vector<Write> preview(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return {};
  std::vector<Write> out;
  const Job* job = job_to_judge(view, *app);
  if (job != nullptr && !job->hook) out.emplace_back(delete_job(*job));
  out.emplace_back(start_sync(*app, next_token(view)));
  return out;
}

std::string describe_step(const StepView& view) {
  return "rerun the Job of " + view.step.application;
}

}  // namespace

Action rerun_job_action() {
  return {{"argo.rerunJob",
           "Deletes the Application's old Job (complete or failed), syncs the Application so that Argo CD makes a new one, and waits until "
           "what "
           "the Stack declares as a finished bootstrap holds.",
           {Phase::bootstrap},
           {},
           std::nullopt,
           false},
          next,
          preview,
          describe_step};
}

}  // namespace refloat
