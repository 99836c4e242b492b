#include "sim/argo_health.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "model/job.h"
#include "sim/api_server.h"
#include "sim/control_plane.h"

namespace refloat::sim {

namespace {

constexpr std::array<std::string_view, 6> best_to_worst{"Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"};

// Only the presence of the condition counts, not its status, but for Suspended: a resumed Job reads as Healthy while it runs.
Health job_health(const Json& job) {
  bool failed = false;
  bool seen = false;
  bool suspended = false;
  std::string message;
  for (const Json& condition : at_path(job, {"status", "conditions"})) {
    const std::string type = text_at(condition, {"type"});
    if (type != "Failed" && type != "Complete" && type != "Suspended") {
      continue;
    }
    seen = true;
    message = text_at(condition, {"message"});
    failed = failed || type == "Failed";
    suspended = suspended || (type == "Suspended" && text_at(condition, {"status"}) == "True");
  }
  if (!seen) {
    return {"Progressing", ""};
  }
  return {failed ? "Degraded" : suspended ? "Suspended" : "Healthy", message};
}

Health deployment_health(const Json& deployment) {
  if (int_at(deployment, {"status", "observedGeneration"}) < int_at(deployment, {"metadata", "generation"})) {
    return {"Progressing", "Waiting for rollout to finish: observed deployment generation less than desired generation"};
  }
  for (const Json& condition : at_path(deployment, {"status", "conditions"})) {
    if (text_at(condition, {"type"}) == "Progressing" && text_at(condition, {"reason"}) == "ProgressDeadlineExceeded") {
      return {"Degraded", "Deployment \"" + name_of(deployment) + "\" exceeded its progress deadline"};
    }
  }
  const auto wanted = int_at(deployment, {"spec", "replicas"}, 1);
  const auto updated = int_at(deployment, {"status", "updatedReplicas"});
  const bool settled = updated >= wanted && int_at(deployment, {"status", "replicas"}) <= updated &&
                       int_at(deployment, {"status", "availableReplicas"}) >= updated;
  return settled ? Health{"Healthy", ""} : Health{"Progressing", "Waiting for rollout to finish"};
}

Health pod_health(const Json& pod) {
  const std::string phase = text_at(pod, {"status", "phase"});
  if (phase == "Succeeded" || phase == "Failed") {
    return {phase == "Succeeded" ? "Healthy" : "Degraded", ""};
  }
  return {condition_true(pod, "Ready") ? "Healthy" : "Progressing", ""};
}

}  // namespace

std::optional<Health> health_of(const Json& live) {
  if (is_deleting(live) && !has_finalizer(live, hook_finalizer)) {
    return Health{"Progressing", "Pending deletion"};
  }
  const std::string kind = text_at(live, {"kind"});
  if (kind == "Job") {
    return job_health(live);
  }
  if (kind == "Deployment") {
    return deployment_health(live);
  }
  return kind == "Pod" ? std::optional(pod_health(live)) : std::nullopt;
}

std::string worse_health(const std::string& a, const std::string& b) {
  const auto rank = [](const std::string& s) { return std::ranges::find(best_to_worst, s) - best_to_worst.begin(); };
  return rank(a) >= rank(b) ? a : b;
}

}  // namespace refloat::sim
