// Reruns the bootstrap Job of an Application. An ordinary Job is deleted first, because a sync changes nothing while the old one,
// complete or failed, is still there; a hook Job is replaced by the sync itself.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "argo/client/operations.h"
#include "base/secret.h"
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

bool is_deletion(const Effect& effect) {
  return effect.may_have_happened() && effect.display.starts_with("DELETE ");
}

// The last effect that may have changed something: a refresh only has Argo CD look again.
const Effect* last_deed(const StepView& view) {
  const auto& effects = view.run.effects;
  const auto last = std::find_if(effects.rbegin(), effects.rend(), [](const Effect& e) { return e.may_have_happened() && !is_refresh(e); });
  return last == effects.rend() ? nullptr : &*last;
}

// Whether the operation that ended last began after this step's last deed, or is that deed.
bool ended_since_last_deed(const StepView& view, const Application& app) {
  const Effect* last = last_deed(view);
  const bool own = (last == nullptr || !is_deletion(*last)) && sync_token(app) == last_token(view);
  return app.operation && app.operation->completed() && (own || began_since_last_effect(view, app));
}

// A Job that an operation brought about which this step started, or anybody since, a self-heal too. All times are the cluster's. Once this
// step has deleted one, whatever succeeds after that has brought all Jobs that are to be there.
bool fresh(const StepView& view, const Application& app, const Job& job) {
  if (!ended_since_last_deed(view, app)) return false;
  const auto& effects = view.run.effects;
  if (std::any_of(effects.begin(), effects.end(), [&](const Effect& e) { return is_deletion(e) && e.object_uid == job.ref.uid; }))
    return false;
  if (app.operation->phase == "Succeeded" && std::any_of(effects.begin(), effects.end(), is_deletion)) return true;
  return app.operation->started_at && job.created_at && *job.created_at >= *app.operation->started_at;
}

// This step has deleted a Job that is gone, and nothing has ended well since: whatever else is there, a sync comes next.
bool owes_sync(const StepView& view, const Application& app) {
  const auto& effects = view.run.effects;
  const auto last = std::find_if(effects.rbegin(), effects.rend(), is_deletion);
  if (last == effects.rend() || (ended_since_last_deed(view, app) && app.operation->phase == "Succeeded")) return false;
  const auto jobs = view.snapshot.jobs_of(app);
  const auto is_deleted = [&](const Job* job) { return job->ref.uid == last->object_uid; };
  const auto is_new = [&](const Job* job) { return fresh(view, app, *job); };
  return std::none_of(jobs.begin(), jobs.end(), is_deleted) && std::none_of(jobs.begin(), jobs.end(), is_new);
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

Move sync_anew(const StepView& view, const Application& app) {
  if (view.run.attempts >= view.stack.limits.attempts_per_step) return fail("syncs of " + app.ref.name + " bring no Job");
  if (auto refresh = not_compared(view, app)) return std::move(*refresh);
  if (auto other = other_revision(view, app)) return std::move(*other);
  return act(start_sync(app, next_token(view)), true);
}

// A Job from before this step, or one of ours that failed. An ordinary one is deleted only when a sync can follow.
Move replace(const StepView& view, const Application& app, const Job& job) {
  if (at_work(view, job)) return wait("Job " + job.ref.name + " is at work");
  Move sync = sync_anew(view, app);
  const bool can_sync = sync.kind == Move::Kind::act && sync.main_effect;
  return can_sync && !job.hook ? act(delete_job(job), false) : std::move(sync);
}

Move judge_fresh(const StepView& view, const Application& app, const Job& job) {
  const Goal goal = bootstrap_done(view.stack, view.snapshot);
  if (job.complete && goal.reached) return done(goal.seen);
  if (job.complete) return wait("Job " + job.ref.name + " is complete; " + goal.seen);
  if (!job.failed_finally) return wait("Job " + job.ref.name + " is at work");
  if (view.run.attempts >= view.stack.limits.attempts_per_step)
    return fail("Job " + job.ref.name + " failed: " + printable(redact_patterns(job.failed_message)));
  return replace(view, app, job);
}

// A hook may be deleted by Argo CD as soon as it has succeeded: then only what it was for can tell.
std::optional<std::string> done_without_trace(const StepView& view, const Application& app) {
  if (view.stack.bootstrap.empty() || !synced_since_start(view, app) || app.operation->phase != "Succeeded") return std::nullopt;
  const Goal goal = bootstrap_done(view.stack, view.snapshot);
  return goal.reached ? std::optional(goal.seen) : std::nullopt;
}

Move judge(const StepView& view, const Application& app) {
  if (owes_sync(view, app)) return sync_anew(view, app);
  const Job* job = job_to_judge(view, app);
  if (job != nullptr) return fresh(view, app, *job) ? judge_fresh(view, app, *job) : replace(view, app, *job);
  const auto seen = done_without_trace(view, app);
  return seen ? done(*seen) : sync_anew(view, app);
}

Move next(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return fail("Application " + view.step.application + " is gone");
  if (app->has_operation) return wait("an operation of " + app->ref.name + " runs");
  const Goal runtime = workloads_ready(view.stack, view.snapshot);
  if (!runtime.reached) return wait("the runtime does not answer yet: " + runtime.seen);
  const auto jobs = view.snapshot.jobs_of(*app);
  const auto leaving = std::find_if(jobs.begin(), jobs.end(), [](const Job* job) { return job->deletion_at.has_value(); });
  if (leaving != jobs.end()) return wait("Job " + (*leaving)->ref.name + " is being deleted");
  if (const auto by_others = done_by_others(view, *app)) return done(*by_others);
  return judge(view, *app);
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
