// Argo CD's own healthy operation is never disturbed; a retry back-off only when a confirmed cause proves that no retry can succeed, and
// then the operation is ended first.
#include <algorithm>
#include <chrono>
#include <vector>

#include "base/time.h"
#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/application.h"
#include "model/decision.h"
#include "model/job.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/pod.h"
#include "model/recovery.h"

namespace refloat {

namespace {

// A repair is one short transaction; it looks for migrators again just before it commits.
constexpr Duration repair_max = std::chrono::seconds(3);

bool plan_ends(const GuardView& view, const Application& app) {
  return std::any_of(view.plan.steps.begin(), view.plan.steps.end(), [&](const PlanStep& step) {
    return step.phase == Phase::unblock && step.application == app.ref.name && step.id != view.step.id;
  });
}

// Nothing of this run will end it any more: an operation was ended and another begun since, or none was there to be ended.
bool is_over(const GuardView& view, const PlanStep& step) {
  const auto& runs = view.recovery->steps;
  const auto run = std::find_if(runs.begin(), runs.end(), [&](const StepRun& each) { return each.id == step.id; });
  if (run == runs.end() || run->state == StepState::skipped) return run != runs.end();
  return run->state == StepState::done &&
         std::any_of(run->effects.begin(), run->effects.end(), [](const Effect& effect) { return effect.may_have_happened(); });
}
bool was_ended(const GuardView& view, const Application& app) {
  return view.recovery != nullptr && std::any_of(view.plan.steps.begin(), view.plan.steps.end(), [&](const PlanStep& step) {
           return step.action == "argo.endOperation" && step.application == app.ref.name && is_over(view, step);
         });
}

// It waits for its next try, for long enough.
bool rests(const GuardView& view, const Application& app) {
  const auto due = retry_due(app);
  return due && *due - view.now >= repair_max;
}

// A hook that is doing something: ending the operation now would kill it half-way.
const Job* hook_at_work(const GuardView& view, const Application& app) {
  for (const Job* job : view.snapshot.jobs_of(app)) {
    const auto pods = job->hook ? view.snapshot.pods_of(*job) : std::vector<const Pod*>{};
    if (std::any_of(pods.begin(), pods.end(), [](const Pod* p) { return p->phase == "Running"; })) return job;
  }
  return nullptr;
}

// The operation can not succeed: it may be ended, and what waits for its end may be planned, but not done before.
Decision while_doomed(const GuardView& view, const Application& app) {
  if (view.step.phase == Phase::unblock) {
    const Job* job = hook_at_work(view, app);
    if (job != nullptr) return deny_until("hook Job " + job->ref.name + " is at work", view.now + std::chrono::seconds(2));
    return allow("the operation can not succeed");
  }
  if (view.step.phase == Phase::repair && was_ended(view, app) && rests(view, app))
    return allow("another operation was begun since; it rests until its next try, which can only succeed after this");
  if (view.write == nullptr && plan_ends(view, app)) return allow("an earlier step ends the operation that can not succeed");
  return deny_until("the operation of " + app.ref.name + " has not ended", view.now + std::chrono::seconds(1));
}

Decision decide(const GuardView& view) {
  const Application* app = view.step.phase == Phase::repair ? migrations_application(view) : step_application(view);
  if (app == nullptr || view.step.phase == Phase::verify) return allow();
  if (!app->has_operation) return allow();
  if (operation_doomed(view, *app)) return while_doomed(view, *app);
  if (const auto due = retry_due(*app)) {
    return deny_until("Argo CD waits to retry " + app->ref.name + " at " + format_clock(*due) + " and that may succeed", *due);
  }
  return deny_until("an operation of " + app->ref.name + " is at work", view.now + std::chrono::seconds(2));
}

}  // namespace

Guardrail argo_at_work_guardrail() {
  return {"argo-at-work", decide};
}

}  // namespace refloat
