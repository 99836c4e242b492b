// Syncs an Application at the revision Argo CD compared last. The previous operationState is replaced in the same patch, so this also ends
// limbo.
#include <algorithm>
#include <optional>
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
#include "model/write.h"
#include "verify/goals.h"

namespace refloat {

namespace {

// A stored comparison or spec error would end the operation as Error before it starts; only a refresh re-evaluates it.
bool needs_refresh(const Application& app) {
  const bool in_error = std::any_of(app.conditions.begin(), app.conditions.end(),
                                    [](const AppCondition& c) { return c.type == "ComparisonError" || c.type == "InvalidSpecError"; });
  return in_error || (app.multi_source ? app.sync_revisions.empty() : app.sync_revision.empty());
}

// An operation's message may quote whatever a hook printed.
std::string quoted(const std::string& message) {
  return printable(redact_patterns(message));
}

bool refreshed_already(const StepRun& run) {
  return std::any_of(run.effects.begin(), run.effects.end(), [](const Effect& e) { return e.describe.starts_with("hard refresh"); });
}

Move begin(const StepView& view, const Application& app) {
  if (auto other = other_revision(view, app)) return std::move(*other);
  if (!needs_refresh(app)) return act(start_sync(app, next_token(view)), true);
  if (!app.refresh.empty()) return wait("Argo CD is comparing " + app.ref.name + " again");
  if (refreshed_already(view.run)) return wait("Argo CD can not compare " + app.ref.name + ": see its conditions");
  return act(hard_refresh(app), false);
}

// A hook Job that still works although nobody waits for it (limbo, aborted operation) must end before a new one may start.
const Job* working_hook(const StepView& view, const Application& app) {
  for (const Job* job : view.snapshot.jobs_of(app)) {
    const auto pods = job->hook ? view.snapshot.pods_of(*job) : std::vector<const Pod*>{};
    const bool running = std::any_of(pods.begin(), pods.end(), [](const Pod* p) { return p->phase == "Running"; });
    if (running || (job->hook && !job->deletion_at && job->active > 0 && !job->complete && !job->failed_finally)) return job;
  }
  return nullptr;
}

Move after_success(const StepView& view) {
  if (view.step.phase != Phase::migrate || view.stack.role_of(view.step.application) != "migrations") return done("synced");
  const Goal schema = schema_at_target(view.stack, view.snapshot);
  if (schema.reached) return done("synced; " + schema.seen);
  return fail("the sync succeeded but the databases are not at their targets: " + schema.seen +
              ". The revision itself may be the cause: look at the migration Job");
}

Move next(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return fail("Application " + view.step.application + " is gone");
  const bool ours = started_by_step(view, *app);
  if (app->has_operation)
    return wait((ours ? "sync runs: " : "another operation runs: ") + (app->operation ? quoted(app->operation->message) : "requested"));
  if (app->operation && app->operation->completed() &&
      (ours || (since_step_start(view, app->operation->started_at) && !app->operation->partial))) {
    if (app->operation->phase == "Succeeded") return after_success(view);
    if (view.run.attempts >= view.stack.limits.attempts_per_step) return fail("the sync failed: " + quoted(app->operation->message));
  }
  if (const Job* job = working_hook(view, *app)) return wait("hook Job " + job->ref.name + " of an earlier operation still works");
  return begin(view, *app);
}

std::vector<Write> preview(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return {};
  std::vector<Write> out;
  if (needs_refresh(*app)) out.emplace_back(hard_refresh(*app));
  out.emplace_back(start_sync(*app, next_token(view)));
  return out;
}

std::string describe_step(const StepView& view) {
  return "sync " + view.step.application + " at the revision Argo CD compared, hooks included, no prune";
}

}  // namespace

Action sync_action() {
  return {{"argo.sync",
           "Syncs an Application at the revision Argo CD compared last, hooks included, without prune, and waits for the result; of the "
           "migrations Application also until every database is at its target.",
           {Phase::migrate, Phase::restart, Phase::bootstrap},
           {},
           std::nullopt,
           false},
          next,
          preview,
          describe_step};
}

}  // namespace refloat
