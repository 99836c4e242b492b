// Releases hook Jobs that stay in deletion after their operation has ended. While an operation runs the finalizer is what keeps
// Argo CD from losing the hook's result, so removing it then would make the hang permanent.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "argo/client/operations.h"
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/moves.h"
#include "model/application.h"
#include "model/job.h"
#include "model/playbook.h"
#include "model/pod.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {

namespace {

bool may_remove(const Stack& stack, const std::string& finalizer) {
  const auto& named = stack.allowed_finalizers;
  return finalizer == hook_finalizer || std::find(named.begin(), named.end(), finalizer) != named.end();
}

// What keeps a deleting Job, for messages.
std::string holders(const Job& job) {
  std::string out;
  for (const std::string& finalizer : job.finalizers) out += (out.empty() ? "" : ", ") + finalizer;
  return out;
}

// Each Job is released once; only what is done again for the same one is another attempt.
bool released_before(const StepRun& run, const Job& job) {
  return std::any_of(run.effects.begin(), run.effects.end(),
                     [&](const Effect& e) { return e.may_have_happened() && e.object_uid == job.ref.uid; });
}

Move next(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return fail("Application " + view.step.application + " is gone");
  for (const Job* job : view.snapshot.jobs_of(*app)) {
    if (!job->hook || !job->deletion_at || job->finalizers.empty()) continue;
    if (app->has_operation) return wait("the operation has not ended yet");
    // With its Job gone nobody would see this pod any more, and a second migration would start beside it.
    if (const Pod* pod = view.snapshot.live_pod_of(*job)) return wait("pod " + pod->ref.name + " of Job " + job->ref.name + " still works");
    if (view.now - *job->deletion_at < view.stack.limits.hook_terminating_after)
      return wait("Job " + job->ref.name + " may still be ending by itself");
    const auto removable =
        std::find_if(job->finalizers.begin(), job->finalizers.end(), [&](const std::string& f) { return may_remove(view.stack, f); });
    if (removable == job->finalizers.end()) return wait("Job " + job->ref.name + " is held by " + holders(*job));
    return act(remove_finalizer(*job, *removable), released_before(view.run, *job));
  }
  return done("no hook Job stays in deletion");
}

std::vector<Write> preview(const StepView& view) {
  const Application* app = target_application(view);
  std::vector<Write> out;
  if (app == nullptr) return out;
  for (const Job* job : view.snapshot.jobs_of(*app)) {
    if (!job->hook || !job->deletion_at) continue;
    for (const std::string& finalizer : job->finalizers) {
      if (may_remove(view.stack, finalizer)) out.emplace_back(remove_finalizer(*job, finalizer));
    }
  }
  return out;
}

std::string describe_step(const StepView& view) {
  return "release hook Jobs of " + view.step.application + " that stay in deletion";
}

}  // namespace

Action release_hook_finalizer_action() {
  return {
      {"argo.releaseHookFinalizer",
       "After the operation has ended, removes Argo CD's own hook finalizer (or one allowed by name) from hook Jobs that stay in deletion.",
       {Phase::unblock},
       {},
       std::nullopt,
       false},
      next,
      preview,
      describe_step};
}

}  // namespace refloat
