#include "kube/objects.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/claim.h"
#include "model/job.h"
#include "model/node.h"
#include "model/object_ref.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {
namespace {

constexpr const char* tracking_annotation = "argocd.argoproj.io/tracking-id";
constexpr const char* instance_label = "app.kubernetes.io/instance";

std::optional<Time> time_at(const Json& object, std::initializer_list<const char*> path) {
  return parse_time(text_at(object, path));
}

int count_at(const Json& object, std::initializer_list<const char*> path, int fallback = 0) {
  return static_cast<int>(int_at(object, path, fallback));
}

ObjectRef ref_of(const Json& object, std::string_view kind) {
  return {std::string(kind), text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}),
          text_at(object, {"metadata", "uid"})};
}

std::map<std::string, std::string> labels_of(const Json& object) {
  std::map<std::string, std::string> labels;
  const Json& json = at_path(object, {"metadata", "labels"});
  if (!json.is_object()) return labels;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) labels.emplace(key, value.get<std::string>());
  }
  return labels;
}

bool has_annotation(const Json& object, const char* key) {
  return at_path(object, {"metadata", "annotations", key}).is_string();
}

// The condition of that type whose status is True, or null.
const Json& condition(const Json& object, std::string_view type) {
  static const Json none;
  const Json& conditions = at_path(object, {"status", "conditions"});
  if (!conditions.is_array()) return none;
  for (const Json& entry : conditions) {
    if (text_at(entry, {"type"}) == type && text_at(entry, {"status"}) == "True") return entry;
  }
  return none;
}

const Json& condition_whatever_status(const Json& object, std::string_view type) {
  static const Json none;
  const Json& conditions = at_path(object, {"status", "conditions"});
  if (!conditions.is_array()) return none;
  for (const Json& entry : conditions) {
    if (text_at(entry, {"type"}) == type) return entry;
  }
  return none;
}

void read_job_end(Job& job, const Json& object) {
  const Json& complete = condition(object, "Complete");
  const Json& failed = condition(object, "Failed");
  job.complete = !complete.is_null();
  job.failed_finally = !failed.is_null();
  job.failed_reason = text_at(failed, {"reason"});
  job.failed_message = printable(text_at(failed, {"message"}));
  job.finished_at = time_at(job.complete ? complete : failed, {"lastTransitionTime"});
}

// Of a Pod or ReplicaSet.
template <class T>
void read_owner(T& owned, const Json& object) {
  const Json& owners = at_path(object, {"metadata", "ownerReferences"});
  if (!owners.is_array()) return;
  for (const Json& owner : owners) {
    if (!bool_at(owner, {"controller"})) continue;
    owned.owner_kind = text_at(owner, {"kind"});
    owned.owner_name = text_at(owner, {"name"});
    owned.owner_uid = text_at(owner, {"uid"});
  }
}

std::optional<int> exit_code_of(const Json& status) {
  for (const char* state : {"state", "lastState"}) {
    const Json& code = at_path(status, {state, "terminated", "exitCode"});
    if (code.is_number_integer()) return code.get<int>();
  }
  return std::nullopt;
}

ContainerState container_of(const Json& status, bool init) {
  ContainerState container;
  container.name = text_at(status, {"name"});
  container.init = init;
  container.ready = bool_at(status, {"ready"});
  container.restarts = count_at(status, {"restartCount"});
  container.waiting_reason = text_at(status, {"state", "waiting", "reason"});
  container.waiting_message = printable(text_at(status, {"state", "waiting", "message"}));
  container.running = at_path(status, {"state", "running"}).is_object();
  container.terminated = at_path(status, {"state", "terminated"}).is_object();
  container.last_exit_code = exit_code_of(status);
  container.image = text_at(status, {"image"});
  return container;
}

void read_containers(Pod& pod, const Json& object, const char* list, bool init) {
  const Json& statuses = at_path(object, {"status", list});
  if (!statuses.is_array()) return;
  for (const Json& status : statuses) pod.containers.push_back(container_of(status, init));
}

void read_scheduling(Pod& pod, const Json& object) {
  const Json& scheduled = condition_whatever_status(object, "PodScheduled");
  if (text_at(scheduled, {"status"}) != "False") return;
  pod.unschedulable = text_at(scheduled, {"reason"}) == "Unschedulable";
  pod.schedule_message = printable(text_at(scheduled, {"message"}));
}

// Objects out of a list may come without their kind; only a StatefulSet has these fields.
std::string workload_kind(const Json& object) {
  std::string kind = text_at(object, {"kind"});
  if (!kind.empty()) return kind;
  const Json& spec = at_path(object, {"spec"});
  return spec.is_object() && (spec.contains("serviceName") || spec.contains("podManagementPolicy")) ? "StatefulSet" : "Deployment";
}

bool has_controller(const Json& object) {
  const Json& owners = at_path(object, {"metadata", "ownerReferences"});
  return owners.is_array() && std::any_of(owners.begin(), owners.end(), [](const Json& owner) { return bool_at(owner, {"controller"}); });
}

// The instance label alone says so, which others than Argo CD set as well.
bool tracked_by_label(const Json& object) {
  return !tracking_app(object).empty() && text_at(object, {"metadata", "annotations", tracking_annotation}).empty();
}

}  // namespace

std::string tracking_app(const Json& object) {
  const std::string id = text_at(object, {"metadata", "annotations", tracking_annotation});
  const std::size_t colon = id.find(':');
  // The tail names the object itself; on anything else the annotation is a copy and says nothing.
  const std::string self = ":" + text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
  if (colon != std::string::npos && colon > 0 && id.ends_with(self)) return id.substr(0, colon);
  if (!id.empty()) return {};
  if (has_controller(object)) return {};  // made by another controller (a CronJob), which only passed the label on
  return text_at(object, {"metadata", "labels", instance_label});
}

Job parse_job(const Json& object) {
  Job job;
  job.ref = ref_of(object, "Job");
  job.resource_version = text_at(object, {"metadata", "resourceVersion"});
  job.created_at = time_at(object, {"metadata", "creationTimestamp"});
  job.deletion_at = time_at(object, {"metadata", "deletionTimestamp"});
  if (const Json& finalizers = at_path(object, {"metadata", "finalizers"}); finalizers.is_array()) {
    for (const Json& finalizer : finalizers) {
      if (finalizer.is_string()) job.finalizers.push_back(finalizer.get<std::string>());
    }
  }
  job.tracking_app = tracking_app(object);
  job.tracked_by_label = tracked_by_label(object);
  job.hook = has_annotation(object, "argocd.argoproj.io/hook") || has_annotation(object, "helm.sh/hook");
  job.active = count_at(object, {"status", "active"});
  job.ready = count_at(object, {"status", "ready"});
  job.succeeded = count_at(object, {"status", "succeeded"});
  job.failed = count_at(object, {"status", "failed"});
  job.backoff_limit = count_at(object, {"spec", "backoffLimit"}, job.backoff_limit);
  job.started_at = time_at(object, {"status", "startTime"});
  job.suspended = bool_at(object, {"spec", "suspend"});
  read_job_end(job, object);
  return job;
}

Pod parse_pod(const Json& object) {
  Pod pod;
  pod.ref = ref_of(object, "Pod");
  pod.resource_version = text_at(object, {"metadata", "resourceVersion"});
  pod.created_at = time_at(object, {"metadata", "creationTimestamp"});
  pod.deletion_at = time_at(object, {"metadata", "deletionTimestamp"});
  pod.labels = labels_of(object);
  read_owner(pod, object);
  pod.phase = text_at(object, {"status", "phase"});
  pod.ready = !condition(object, "Ready").is_null();
  read_scheduling(pod, object);
  read_containers(pod, object, "initContainerStatuses", true);
  read_containers(pod, object, "containerStatuses", false);
  return pod;
}

Workload parse_workload(const Json& object) {
  Workload workload;
  workload.ref = ref_of(object, workload_kind(object));
  workload.resource_version = text_at(object, {"metadata", "resourceVersion"});
  workload.labels = labels_of(object);
  workload.tracking_app = tracking_app(object);
  workload.tracked_by_label = tracked_by_label(object);
  workload.replicas = count_at(object, {"spec", "replicas"}, workload.replicas);
  workload.updated = count_at(object, {"status", "updatedReplicas"});
  workload.ready = count_at(object, {"status", "readyReplicas"});
  workload.available = count_at(object, {"status", "availableReplicas"});
  workload.current = count_at(object, {"status", "replicas"});
  workload.generation = int_at(object, {"metadata", "generation"});
  workload.observed_generation = int_at(object, {"status", "observedGeneration"});
  workload.restarted_at = text_at(object, {"spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"});
  workload.deletion_at = time_at(object, {"metadata", "deletionTimestamp"});
  return workload;
}

ReplicaSet parse_replica_set(const Json& object) {
  ReplicaSet set;
  set.ref = ref_of(object, "ReplicaSet");
  set.resource_version = text_at(object, {"metadata", "resourceVersion"});
  set.created_at = time_at(object, {"metadata", "creationTimestamp"});
  set.deletion_at = time_at(object, {"metadata", "deletionTimestamp"});
  read_owner(set, object);
  set.revision = positive_number(text_at(object, {"metadata", "annotations", "deployment.kubernetes.io/revision"}));
  set.template_hash = text_at(object, {"metadata", "labels", "pod-template-hash"});
  set.replicas = count_at(object, {"spec", "replicas"}, set.replicas);
  set.current = count_at(object, {"status", "replicas"});
  set.ready = count_at(object, {"status", "readyReplicas"});
  set.available = count_at(object, {"status", "availableReplicas"});
  return set;
}

Node parse_node(const Json& object) {
  Node node;
  node.ref = ref_of(object, "Node");
  node.resource_version = text_at(object, {"metadata", "resourceVersion"});
  node.deletion_at = time_at(object, {"metadata", "deletionTimestamp"});
  if (const Json& taints = at_path(object, {"spec", "taints"}); taints.is_array()) {
    for (const Json& taint : taints)
      node.taints.push_back({text_at(taint, {"key"}), text_at(taint, {"value"}), text_at(taint, {"effect"})});
  }
  node.unschedulable = bool_at(object, {"spec", "unschedulable"});
  node.ready = !condition(object, "Ready").is_null();
  return node;
}

Claim parse_claim(const Json& object) {
  Claim claim;
  claim.ref = ref_of(object, "PersistentVolumeClaim");
  claim.resource_version = text_at(object, {"metadata", "resourceVersion"});
  claim.created_at = time_at(object, {"metadata", "creationTimestamp"});
  claim.deletion_at = time_at(object, {"metadata", "deletionTimestamp"});
  claim.labels = labels_of(object);
  claim.tracking_app = tracking_app(object);
  claim.phase = text_at(object, {"status", "phase"});
  return claim;
}

}  // namespace refloat
