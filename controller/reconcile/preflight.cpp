#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
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

constexpr int renewals_max = 3;

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

// The write as it would be decided on now: the same object in its present version; nothing = it is another object, or gone.
std::optional<KubeWrite> renewed(KubeApi& api, KubeWrite write) {
  const Result<Json> object = api.get({write.group, write.version, write.plural, write.object.ns, write.object.name, ""});
  if (!object || text_at(*object, {"metadata", "uid"}) != write.object.uid) return std::nullopt;
  write.resource_version = text_at(*object, {"metadata", "resourceVersion"});
  if (write.body.contains("metadata")) write.body["metadata"]["resourceVersion"] = write.resource_version;
  return write;
}

// A run reads each object just before it writes; so is a version rehearsed again that Argo CD replaced since the plan was made.
Sent rehearse_kube(KubeApi& api, KubeWrite write) {
  Sent sent = send(api, write, true);
  for (int again = 0; again < renewals_max && sent.kind == ErrorKind::stale; ++again) {
    std::optional<KubeWrite> now = renewed(api, std::move(write));
    if (!now) break;
    write = std::move(*now);
    sent = send(api, write, true);
  }
  return sent;
}

Rehearsal rehearse(Ports& ports, const Inputs& inputs, const Stack& stack, const PlanStep& step, const Write& write) {
  const auto* kube = std::get_if<KubeWrite>(&write);
  const Sent sent = kube == nullptr ? deliver(ports, inputs, stack, write, true) : rehearse_kube(ports.kube, *kube);
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
