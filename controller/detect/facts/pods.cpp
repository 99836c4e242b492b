// pods: how the pods of the Stack's workloads, or of an Application's Jobs, are doing (containerStatuses, condition Ready).
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "model/application.h"
#include "model/evidence.h"
#include "model/job.h"
#include "model/pod.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

using Pods = std::vector<const Pod*>;

bool selected(const Pod& pod, const Stack& stack) {
  if (pod.ref.ns != stack.workload_namespace || pod.owner_kind == "Job" || stack.workload_selector.empty()) return false;
  return std::all_of(stack.workload_selector.begin(), stack.workload_selector.end(), [&](const auto& wanted) {
    const auto label = pod.labels.find(wanted.first);
    return label != pod.labels.end() && label->second == wanted.second;
  });
}

Pods workload_pods(const FactContext& context) {
  Pods out;
  for (const Pod& pod : context.snapshot.pods) {
    if (selected(pod, *context.stack)) out.push_back(&pod);
  }
  return out;
}

Pods job_pods(const Application& app, const FactContext& context) {
  Pods out;
  for (const Job* job : context.snapshot.jobs_of(app)) {
    for (const Pod* pod : context.snapshot.pods_of(*job)) out.push_back(pod);
  }
  return out;
}

// Between two crashes a container is terminated, not waiting; both are the same loop.
bool waits(const ContainerState& container, const std::vector<std::string>& reasons) {
  if (contains(reasons, container.waiting_reason)) return true;
  return contains(reasons, "CrashLoopBackOff") && !container.init && container.terminated && container.restarts > 0;
}

// Without restart counts: they grow while nothing else changes.
std::string observed(const Pod& pod) {
  for (const ContainerState& container : pod.containers) {
    const bool between_crashes = !container.init && container.terminated && container.restarts > 0;
    if (container.waiting_reason.empty() && !between_crashes) continue;
    std::string out = between_crashes ? "CrashLoopBackOff" : container.waiting_reason;
    out += " (container " + container.name;
    if (container.last_exit_code) out += ", exit " + std::to_string(*container.last_exit_code);
    return out + ")";
  }
  return pod.phase + (pod.ready ? ", ready" : ", not ready");
}

bool matches(const Json& params, const Pod& pod) {
  const auto reasons = list_param(params, "waiting");
  const auto not_ready = bool_param(params, "notReady");
  if (not_ready && *not_ready == pod.ready) return false;
  return !reasons || std::any_of(pod.containers.begin(), pod.containers.end(), [&](const auto& c) { return waits(c, *reasons); });
}

// A few pods show what all of them suffer from.
Judgement shortened(Judgement judgement, Time at) {
  constexpr std::size_t shown_max = 3;
  if (judgement.evidence.size() <= shown_max) return judgement;
  const std::size_t more = judgement.evidence.size() - shown_max;
  judgement.evidence.resize(shown_max);
  judgement.evidence.push_back({"pods", "and " + std::to_string(more) + " more like these", at});
  return judgement;
}

Judgement judge_pods(const Json& params, const FactContext& context) {
  if (context.stack == nullptr) return judged_no();
  Pods pods;
  if (text_param(params, "role", "runtime") == "runtime") {
    pods = workload_pods(context);
  } else {
    const RoleTarget target = target_application(params, context);
    if (target.application == nullptr) return target.declared ? judged_unknown(target.why) : judged_no();
    pods = job_pods(*target.application, context);
  }
  std::vector<Judgement> parts;
  for (const Pod* pod : pods) {
    const Evidence seen{"pod " + pod->ref.name, observed(*pod), context.snapshot.taken_at};
    if (!pod->deletion_at && pod->phase != "Succeeded") parts.push_back(judged(matches(params, *pod), {seen}));
  }
  return shortened(any_of(parts), context.snapshot.taken_at);
}

}  // namespace

Fact pods_fact() {
  FactSpec spec;
  spec.name = "pods";
  spec.doc = "Some pod is in the given condition: of the Stack's workloads (role runtime), or of the Jobs of another role's Application.";
  spec.params = {
      {"role", ParamSpec::Type::text, {"runtime", "migrations", "bootstrap", "databases"}, false, "default: runtime"},
      {"waiting", ParamSpec::Type::text_list, {}, false, "a container waits for any of these reasons, as kubectl prints them"},
      {"notReady", ParamSpec::Type::boolean, {}, false, "true: the pod is not ready. false: it is"},
  };
  return {spec, judge_pods};
}

}  // namespace refloat
