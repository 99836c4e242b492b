#include <string>
#include <variant>
#include <vector>

#include "execute/executor.h"
#include "kube/kube_api.h"
#include "model/decision.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"
#include "model/write.h"
#include "reconcile/reconcile.h"
#include "reconcile/steps.h"

namespace refloat {

namespace {

const char* verb_of(const KubeWrite& write) {
  switch (write.verb) {
    case KubeWrite::Verb::create: return "create";
    case KubeWrite::Verb::patch: return "patch";
    case KubeWrite::Verb::remove: return "delete";
  }
  return "?";
}

// Whether the right is there; a missing right makes the rehearsal itself pointless.
Rehearsal check_access(KubeApi& api, const PlanStep& step, const KubeWrite& write) {
  const auto answer = api.can_i({verb_of(write), write.group, write.plural, write.subresource, write.object.ns, write.object.name});
  const std::string what = std::string(verb_of(write)) + " " + write.plural + (write.group.empty() ? "" : "." + write.group);
  if (!answer) return {step.id, "may I " + what, false, answer.error().message};
  return {step.id, "may I " + what + " in " + write.object.ns, answer->allowed, answer->allowed ? "yes" : "no: " + answer->reason};
}

Rehearsal rehearse(Ports& ports, const Inputs& inputs, const Stack& stack, const PlanStep& step, const Write& write) {
  const Sent sent = deliver(ports, inputs, stack, write, true);
  return {step.id, display(write), sent.state == EffectState::applied, sent.answer};
}

}  // namespace

std::vector<Rehearsal> preflight(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan) {
  std::vector<Rehearsal> out;
  for (const PlanStep& step : plan.steps) {
    // What may not be done is not rehearsed either: even a rolled back ALTER TABLE takes its locks.
    if (!all_allow(step.guardrails)) continue;
    for (const Write& write : step.writes) {
      if (const auto* kube = std::get_if<KubeWrite>(&write)) out.push_back(check_access(ports.kube, step, *kube));
      if (out.empty() || out.back().accepted || std::holds_alternative<SqlWrite>(write)) {
        out.push_back(rehearse(ports, inputs, stack, step, write));
      }
    }
  }
  return out;
}

}  // namespace refloat
