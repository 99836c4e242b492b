#include "reconcile/steps.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "detect/detect.h"
#include "detect/fact.h"
#include "execute/action.h"
#include "execute/executor.h"
#include "guard/guardrail.h"
#include "model/decision.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/write.h"
#include "postgres/database.h"
#include "probe/probe.h"
#include "reconcile/look.h"
#include "reconcile/reconcile.h"

namespace refloat {

namespace {

// A step's condition is judged for its own target, as the signature that asked for it was.
Subject subject_of(const PlanStep& step, const Stack& stack, const Snapshot& snapshot) {
  if (!step.database.empty()) return {nullptr, stack.database(step.database)};
  if (!step.application.empty()) return {snapshot.application(stack.ns, step.application), nullptr};
  return {};
}

}  // namespace

bool begun(const Recovery& recovery) {
  return std::any_of(recovery.steps.begin(), recovery.steps.end(), [](const StepRun& step) { return step.state != StepState::waiting; });
}

const Action* action_of(const PlanStep& step) {
  const auto& actions = all_actions();
  const auto found = std::find_if(actions.begin(), actions.end(), [&](const Action& a) { return a.spec.name == step.action; });
  return found == actions.end() ? nullptr : &*found;
}

bool wanted_now(const PlanStep& step, const Stack& stack, const Snapshot& snapshot, Time now) {
  if (!step.when) return true;
  return judge(*step.when, {&stack, snapshot, subject_of(step, stack, snapshot), now}).truth != Truth::no;
}

void complete(Write& write) {
  auto* sql = std::get_if<SqlWrite>(&write);
  if (sql != nullptr) sql->statements = repair_statements(sql->kind, sql->arguments);
}

Sent deliver(Ports& ports, const Inputs& inputs, const Stack& stack, const Write& write, bool rehearse) {
  if (const auto* kube = std::get_if<KubeWrite>(&write)) return send(ports.kube, *kube, rehearse);
  const auto& sql = std::get<SqlWrite>(write);
  const StackDatabase* database = stack.database(sql.database);
  if (database == nullptr) return {EffectState::rejected, "the Stack has no database " + sql.database, nullptr};
  const Result<DatabaseTarget> target = resolve_target(ports.kube, stack, *database, inputs.probe);
  if (!target) return {EffectState::stale, target.error().message, nullptr};
  return send(ports.databases, *target, sql, rehearse);
}

std::vector<Decision> guard_step(const Stack& stack, const Look& now, const Inputs& inputs, const Plan& plan, const PlanStep& step,
                                 const Recovery* recovery, const Write* write, bool approved, Time time) {
  const Action* action = action_of(step);
  if (action == nullptr) return {{"known-action", false, "this build does not know the action " + step.action, std::nullopt}};
  return guard({stack, now.snapshot, inputs.playbooks, now.diagnosis, plan, step, action->spec, recovery, write, approved, time});
}

}  // namespace refloat
