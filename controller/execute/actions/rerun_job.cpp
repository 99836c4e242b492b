// Reruns the bootstrap Job of an Application. An ordinary Job is deleted first, because a sync changes nothing while the old one,
// complete or failed, is still there; a hook Job is replaced by the sync itself.
#include <algorithm>

#include "argo/client/operations.h"
#include "execute/actions/actions.h"
#include "execute/moves.h"
#include "verify/goals.h"

namespace refloat {

namespace {

const Job* newest_job(const StepView& view, const Application& app) {
  const auto jobs = view.snapshot.jobs_of(app);
  const auto newest = std::max_element(jobs.begin(), jobs.end(), [](const Job* a, const Job* b) { return a->created_at < b->created_at; });
  return newest == jobs.end() ? nullptr : *newest;
}

// A Job that this step brought about: made since it began, or any other than those it deleted (clocks may differ).
bool fresh(const StepView& view, const Job& job) {
  if (since_step_start(view, job.created_at)) return true;
  const auto& effects = view.run.effects;
  return !effects.empty() && std::none_of(effects.begin(), effects.end(), [&](const Effect& e) { return e.object_uid == job.ref.uid; });
}

// A Job from before this step, or one of ours that failed.
Move replace(const StepView& view, const Application& app, const Job& job) {
  const bool working = job.active > 0 && job.failed == 0 && !job.complete;
  if (working) return wait("Job " + job.ref.name + " is at work");
  if (job.hook) return act(start_sync(app, next_token(view)), true);
  return act(delete_job(job), false);
}

Move judge_fresh(const StepView& view, const Application& app, const Job& job) {
  const Goal goal = bootstrap_done(view.stack, view.snapshot);
  if (job.complete && goal.reached) return done(goal.seen);
  if (job.complete) return wait("Job " + job.ref.name + " is complete; " + goal.seen);
  if (!job.failed_finally) return wait("Job " + job.ref.name + " is at work");
  if (view.run.attempts >= view.stack.limits.attempts_per_step) return fail("Job " + job.ref.name + " failed: " + job.failed_message);
  return replace(view, app, job);
}

Move next(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return fail("Application " + view.step.application + " is gone");
  if (app->has_operation) return wait("an operation of " + app->ref.name + " runs");
  const Job* job = newest_job(view, *app);
  if (job != nullptr && job->deletion_at) return wait("Job " + job->ref.name + " is being deleted");
  if (job != nullptr && fresh(view, *job)) return judge_fresh(view, *app, *job);
  if (job != nullptr) return replace(view, *app, *job);
  if (view.run.attempts >= view.stack.limits.attempts_per_step) return fail("syncs of " + app->ref.name + " bring no Job");
  return act(start_sync(*app, next_token(view)), true);
}

std::vector<Write> preview(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return {};
  std::vector<Write> out;
  const Job* job = newest_job(view, *app);
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
