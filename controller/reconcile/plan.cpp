#include "model/plan.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "cache/collect.h"
#include "execute/action.h"
#include "model/playbook.h"
#include "model/recovery.h"
#include "model/stack.h"
#include "model/write.h"
#include "plan/make_plan.h"
#include "reconcile/look.h"
#include "reconcile/reconcile.h"
#include "reconcile/steps.h"
#include "reconcile/user_playbooks.h"

namespace refloat {

namespace {

// Planning may wait longer than diagnosing: Argo CD's own attempt may be under way and its end decides.
constexpr Duration plan_settle_budget = std::chrono::seconds(90);

// A step of the first phases whose condition is false now has nothing to do; later steps are judged when their turn comes.
void drop_idle_steps(Plan& plan, const Stack& stack, const Look& now, Time time) {
  const auto idle = [&](const PlanStep& step) {
    return (step.phase == Phase::unblock || step.phase == Phase::repair) && !wanted_now(step, stack, now.snapshot, time);
  };
  plan.steps.erase(std::remove_if(plan.steps.begin(), plan.steps.end(), idle), plan.steps.end());
}

std::string precondition(const Write& write) {
  const auto* kube = std::get_if<KubeWrite>(&write);
  if (kube == nullptr) return "the same evidence, read again inside the transaction";
  return kube->object.display() + " unchanged (uid " + kube->object.uid + "; its resourceVersion is read again just before)";
}

void preview(PlanStep& step, const Plan& plan, const Stack& stack, const Look& now, Time time) {
  const Action* action = action_of(step);
  if (action == nullptr) return;
  Recovery planned;
  planned.name = plan.stack + "-<id>";
  StepRun run;
  run.id = step.id;
  const StepView view{stack, now.snapshot, planned, step, run, time};
  step.describe = action->describe(view);
  step.writes = action->preview(view);
  for (Write& write : step.writes) {
    complete(write);
    step.preconditions.push_back(precondition(write));
  }
}

}  // namespace

Plan plan_of(Ports& ports, const Inputs& inputs, const Stack& stack, const Look& now, bool approved) {
  const Time time = ports.clock.now();
  Plan plan = merge_plan(now.diagnosis, inputs.playbooks, stack, vocabulary(), time);
  drop_idle_steps(plan, stack, now, time);
  for (PlanStep& step : plan.steps) preview(step, plan, stack, now, time);
  for (PlanStep& step : plan.steps) step.guardrails = guard_step(stack, now, inputs, plan, step, nullptr, nullptr, approved, time);
  plan.sources = digest_of_sources(stack, now.snapshot);
  plan.digest = seal(plan, inputs.playbooks, stack, now.snapshot);
  return plan;
}

Result<Planned> make_plan(Ports& ports, const Inputs& inputs, const Stack& stack, bool approved) {
  Seen seen;
  const Inputs own = inputs_for(inputs, stack.ns);
  Result<Look> now = settled_look(ports, own, stack, seen, plan_settle_budget);
  if (!now) return now.error();
  Plan plan = plan_of(ports, own, stack, *now, approved);
  return Planned{std::move(now->diagnosis), std::move(plan)};
}

}  // namespace refloat
