// What the tests of guardrails share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "guard/guardrail.h"
#include "unit/support/healthy_stack.h"

namespace refloat::testing_support {

// One plan step in a healthy world; each test breaks one thing and asks one guardrail.
struct World {
  Stack stack = testing_support::stack();
  Snapshot snapshot = testing_support::snapshot();
  std::vector<Playbook> playbooks;
  StackDiagnosis diagnosis;
  Plan plan;
  PlanStep step;
  ActionSpec action;
  bool approved = true;
  const Recovery* recovery = nullptr;
  const Write* write = nullptr;

  World() {
    step.id = "migrate-1";
    step.phase = Phase::migrate;
    step.action = action.name = "argo.sync";
    step.application = "dev-migrations";
  }

  Decision ask(const std::string& name) {
    const GuardView view{stack, snapshot, playbooks, diagnosis, plan, step, action, recovery, write, approved, now};
    for (Decision& d : guard(view)) {
      if (d.guardrail == name) return d;
    }
    ADD_FAILURE() << "no guardrail " << name;
    return {};
  }

  void repair_default() {
    step.phase = Phase::repair;
    step.application.clear();
    step.database = "default";
    action.destructive = true;
    action.needs = Permission::delete_rows;
  }
};

}  // namespace refloat::testing_support
