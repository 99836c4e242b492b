// A guardrail: a veto on a step. All are evaluated and all reasons shown; the executor asks again right before each effect. Pure.
#pragma once

#include <vector>

#include "model/decision.h"
#include "model/playbook.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

struct GuardView {
  const Stack& stack;
  const Snapshot& snapshot;
  const std::vector<Playbook>& playbooks;
  const StackDiagnosis& diagnosis;  // of this snapshot
  const Plan& plan;
  const PlanStep& step;
  const ActionSpec& action;
  const Recovery* recovery;  // null while planning
  const Write* write;        // the effect about to be sent; null while planning
  bool approved;             // a person asked for this run (recover), or mode Auto
  Time now;
};

struct Guardrail {
  const char* name;
  Decision (*decide)(const GuardView& view);
};

// Every guardrail, in the order of guard/guardrails/all.cpp.
const std::vector<Guardrail>& all_guardrails();

// Asks all of them.
std::vector<Decision> guard(const GuardView& view);

}  // namespace refloat
