// Syncs an Application at the revision Argo CD compared last. The previous operationState is replaced in the same patch, so this also ends
// limbo.
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
#include "model/database_reading.h"
#include "model/job.h"
#include "model/playbook.h"
#include "model/pod.h"
#include "model/stack.h"
#include "model/write.h"
#include "verify/goals.h"

namespace refloat {

namespace {

// An operation's message may quote whatever a hook printed.
std::string quoted(const std::string& message) {
  return printable(redact_patterns(message));
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

// A standby may lag behind, a database that is away says nothing: neither proves that the revision is to blame.
bool all_judged(const StepView& view) {
  return std::all_of(view.stack.databases.begin(), view.stack.databases.end(), [&](const StackDatabase& database) {
    const auto found = view.snapshot.databases.find(database.name);
    return found != view.snapshot.databases.end() && found->second.answers_for_itself();
  });
}

// A pod whose Job was deleted under it: no Job tells of it any more, and it may be migrating.
const Pod* orphan_at_work(const StepView& view) {
  const auto pods = view.snapshot.orphaned_job_pods();
  return pods.empty() ? nullptr : pods.front();
}

// What is bootstrapped asks the runtime.
std::optional<std::string> runtime_not_ready(const StepView& view) {
  if (view.step.phase != Phase::bootstrap) return std::nullopt;
  const Goal runtime = workloads_ready(view.stack, view.snapshot);
  return runtime.reached ? std::nullopt : std::optional(runtime.seen);
}

Move after_success(const StepView& view) {
  if (view.step.phase != Phase::migrate || view.stack.role_of(view.step.application) != "migrations") return done("synced");
  const Goal schema = schema_at_target(view.stack, view.snapshot);
  if (schema.reached) return done("synced; " + schema.seen);
  if (!all_judged(view)) return wait("synced; not every database can be judged: " + schema.seen);
  return fail("the sync succeeded but the databases are not at their targets: " + schema.seen +
              ". The revision itself may be the cause: look at the migration Job");
}

// What one that has ended means; nothing = one must be started.
std::optional<Move> after_end(const StepView& view, const Application& app) {
  if (!synced_since_start(view, app)) return std::nullopt;
  if (app.operation->phase == "Succeeded") return after_success(view);
  if (view.run.attempts < view.stack.limits.attempts_per_step) return std::nullopt;
  return fail("the sync failed: " + quoted(app.operation->message));
}

// What must have ended, or be there, before one is started.
std::optional<Move> not_yet(const StepView& view, const Application& app) {
  if (const Job* job = working_hook(view, app)) return wait("hook Job " + job->ref.name + " of an earlier operation still works");
  if (const Pod* pod = orphan_at_work(view)) return wait("pod " + pod->ref.name + " of a Job that is gone still works");
  if (const auto unready = runtime_not_ready(view)) return wait("the runtime does not answer yet: " + *unready);
  return std::nullopt;
}

Move next(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return fail("Application " + view.step.application + " is gone");
  if (app->has_operation) {
    const char* whose = started_by_step(view, *app) ? "sync runs: " : "another operation runs: ";
    return wait(whose + (app->operation ? quoted(app->operation->message) : "requested"));
  }
  if (auto ended = after_end(view, *app)) return std::move(*ended);
  if (auto wait_for = not_yet(view, *app)) return std::move(*wait_for);
  if (auto refresh = not_compared(view, *app)) return std::move(*refresh);
  if (auto other = other_revision(view, *app)) return std::move(*other);
  return act(start_sync(*app, next_token(view)), true);
}

std::vector<Write> preview(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return {};
  std::vector<Write> out;
  if (const auto refresh = not_compared(view, *app); refresh && refresh->write) out.push_back(*refresh->write);
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
