// A running step in a healthy world, for tests of actions.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "argo/client/operations.h"
#include "execute/action.h"
#include "unit/support/healthy_stack.h"

namespace refloat::testing_support {

struct World {
  Stack stack = testing_support::stack();
  Snapshot snapshot = testing_support::snapshot();
  Recovery recovery;
  PlanStep step;
  StepRun run;
  const Action* action = nullptr;

  World(const std::string& name, Phase phase, const std::string& application) {
    recovery.name = "temporal-dev-1";
    step.id = std::string(to_string(phase)) + "-1";
    step.phase = phase;
    step.action = name;
    step.application = application;
    run.id = step.id;
    run.state = StepState::running;
    run.started_at = now;
    const auto& all = all_actions();
    action = &*std::find_if(all.begin(), all.end(), [&](const Action& a) { return a.spec.name == name; });
  }

  Move next() { return action->next({stack, snapshot, recovery, step, run, now + std::chrono::seconds(5)}); }
  std::vector<Write> preview() { return action->preview({stack, snapshot, recovery, step, run, now}); }
  Application& target() { return app(snapshot, step.application); }
  // What bootstrapped the stack is gone from the database, its Job is not.
  void lose_bootstrap() { snapshot.databases["default"].schema->namespaces = {"temporal-system"}; }
  void register_again() { snapshot.databases["default"].schema->namespaces = {"temporal-system", "orders"}; }

  // What the cluster looks like after a sync of this step's n-th attempt ended in `phase`.
  void our_sync(int attempt, const std::string& phase) {
    Application& a = target();
    run.attempts = attempt;
    a.has_operation = phase == "Running";
    a.operation->phase = phase;
    a.operation->info = {{sync_token_name, recovery.name + "/" + step.id + "/" + std::to_string(attempt)}};
    a.operation->started_at = now + std::chrono::seconds(1);
  }
};

inline const KubeWrite& kube(const Move& move) {
  return std::get<KubeWrite>(*move.write);
}

}  // namespace refloat::testing_support
