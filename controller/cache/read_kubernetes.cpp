#include "cache/read_kubernetes.h"

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cache/json_fields.h"
#include "cache/metadata_fields.h"
#include "model/claim.h"
#include "model/job.h"
#include "model/node.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {
namespace {

using namespace fields;

// As kube/objects.cpp has it: the id's tail must name the object, and a label that another controller passed on says nothing.
std::string tracking_app_of(const Metadata& metadata) {
  const std::string& id = metadata.tracking_id;
  const auto colon = id.find(':');
  const std::string self = ":" + metadata.ref.ns + "/" + metadata.ref.name;
  if (colon != std::string::npos && colon > 0 && id.ends_with(self)) return id.substr(0, colon);
  if (!id.empty() || metadata.owner.controller) return {};
  const auto label = metadata.labels.find("app.kubernetes.io/instance");
  return label == metadata.labels.end() ? std::string() : label->second;
}

// --- Job ---------------------------------------------------------------------------------------------------------------------------

struct JobParts {
  Job& job;
  Metadata metadata;
  std::vector<ObjectCondition> conditions;
};
constexpr Table<JobParts, 6> job_status_fields{{
    {"active", [](Value v, JobParts& p) { read_count(v, p.job.active); }},
    {"ready", [](Value v, JobParts& p) { read_count(v, p.job.ready); }},
    {"succeeded", [](Value v, JobParts& p) { read_count(v, p.job.succeeded); }},
    {"failed", [](Value v, JobParts& p) { read_count(v, p.job.failed); }},
    {"startTime", [](Value v, JobParts& p) { read_time(v, p.job.started_at); }},
    {"conditions", [](Value v, JobParts& p) { read_list(v, p.conditions, condition_fields); }},
}};
constexpr Table<JobParts, 2> job_spec_fields{{
    {"backoffLimit", [](Value v, JobParts& p) { read_count(v, p.job.backoff_limit); }},
    {"suspend", [](Value v, JobParts& p) { read_flag(v, p.job.suspended); }},
}};
constexpr Table<JobParts, 3> job_fields{{
    {"metadata", [](Value v, JobParts& p) { read_object(v, p.metadata, metadata_fields); }},
    {"spec", [](Value v, JobParts& p) { read_object(v, p, job_spec_fields); }},
    {"status", [](Value v, JobParts& p) { read_object(v, p, job_status_fields); }},
}};

const ObjectCondition* true_condition(const std::vector<ObjectCondition>& conditions, std::string_view type) {
  for (const ObjectCondition& condition : conditions) {
    if (condition.type == type && condition.status == "True") return &condition;
  }
  return nullptr;
}

void conclude(Job& job, const std::vector<ObjectCondition>& conditions) {
  const ObjectCondition* complete = true_condition(conditions, "Complete");
  const ObjectCondition* failed = true_condition(conditions, "Failed");
  job.complete = complete != nullptr;
  job.failed_finally = failed != nullptr;
  if (failed != nullptr) {
    job.failed_reason = failed->reason;
    job.failed_message = printable(failed->message);
  }
  const ObjectCondition* end = complete != nullptr ? complete : failed;
  if (end != nullptr) job.finished_at = end->changed_at;
}

// --- Pod ---------------------------------------------------------------------------------------------------------------------------

struct Termination {
  bool is_object = false;
  std::optional<int> exit_code;
};
constexpr Table<Termination, 1> termination_fields{{
    {"exitCode",
     [](Value v, Termination& t) {
       if (const auto code = integer(v)) t.exit_code = static_cast<int>(*code);
     }},
}};

void read_termination(Value value, Termination& into) {
  into.is_object = is(value, Type::object);
  read_object(value, into, termination_fields);
}

struct ContainerParts {
  ContainerState container;
  Termination now, before;
};
constexpr Table<ContainerParts, 2> waiting_fields{{
    {"reason", [](Value v, ContainerParts& c) { read_text(v, c.container.waiting_reason); }},
    {"message", [](Value v, ContainerParts& c) { read_text(v, c.container.waiting_message); }},
}};
constexpr Table<ContainerParts, 3> state_fields{{
    {"waiting", [](Value v, ContainerParts& c) { read_object(v, c, waiting_fields); }},
    {"running", [](Value v, ContainerParts& c) { c.container.running = is(v, Type::object); }},
    {"terminated", [](Value v, ContainerParts& c) { read_termination(v, c.now); }},
}};
constexpr Table<ContainerParts, 1> last_state_fields{{
    {"terminated", [](Value v, ContainerParts& c) { read_termination(v, c.before); }},
}};
constexpr Table<ContainerParts, 6> container_fields{{
    {"name", [](Value v, ContainerParts& c) { read_text(v, c.container.name); }},
    {"ready", [](Value v, ContainerParts& c) { read_flag(v, c.container.ready); }},
    {"restartCount", [](Value v, ContainerParts& c) { read_count(v, c.container.restarts); }},
    {"image", [](Value v, ContainerParts& c) { read_text(v, c.container.image); }},
    {"state", [](Value v, ContainerParts& c) { read_object(v, c, state_fields); }},
    {"lastState", [](Value v, ContainerParts& c) { read_object(v, c, last_state_fields); }},
}};

void read_containers(Value value, std::vector<ContainerState>& into) {
  std::vector<ContainerParts> read;
  read_list(value, read, container_fields);
  for (ContainerParts& parts : read) {
    ContainerState& container = into.emplace_back(std::move(parts.container));
    container.waiting_message = printable(container.waiting_message);
    container.terminated = parts.now.is_object;
    container.last_exit_code = parts.now.exit_code ? parts.now.exit_code : parts.before.exit_code;
  }
}

struct PodParts {
  Pod& pod;
  Metadata metadata;
  std::vector<ObjectCondition> conditions;
  std::vector<ContainerState> init_containers;
};
constexpr Table<PodParts, 4> pod_status_fields{{
    {"phase", [](Value v, PodParts& p) { read_text(v, p.pod.phase); }},
    {"conditions", [](Value v, PodParts& p) { read_list(v, p.conditions, condition_fields); }},
    {"initContainerStatuses", [](Value v, PodParts& p) { read_containers(v, p.init_containers); }},
    {"containerStatuses", [](Value v, PodParts& p) { read_containers(v, p.pod.containers); }},
}};
constexpr Table<PodParts, 2> pod_fields{{
    {"metadata", [](Value v, PodParts& p) { read_object(v, p.metadata, metadata_fields); }},
    {"status", [](Value v, PodParts& p) { read_object(v, p, pod_status_fields); }},
}};

void read_scheduling(Pod& pod, const std::vector<ObjectCondition>& conditions) {
  for (const ObjectCondition& condition : conditions) {
    if (condition.type != "PodScheduled") continue;
    if (condition.status != "False") return;
    pod.unschedulable = condition.reason == "Unschedulable";
    pod.schedule_message = printable(condition.message);
    return;
  }
}

// --- Deployment, StatefulSet -------------------------------------------------------------------------------------------------------

struct WorkloadParts {
  Workload& workload;
  Metadata metadata;
  std::string kind;
  bool of_stateful_set = false;  // has a member that only a StatefulSet has
};
constexpr Table<WorkloadParts, 1> template_annotation_fields{{
    {"kubectl.kubernetes.io/restartedAt", [](Value v, WorkloadParts& p) { read_text(v, p.workload.restarted_at); }},
}};
constexpr Table<WorkloadParts, 1> template_metadata_fields{{
    {"annotations", [](Value v, WorkloadParts& p) { read_object(v, p, template_annotation_fields); }},
}};
constexpr Table<WorkloadParts, 1> template_fields{{
    {"metadata", [](Value v, WorkloadParts& p) { read_object(v, p, template_metadata_fields); }},
}};
constexpr Table<WorkloadParts, 4> workload_spec_fields{{
    {"replicas", [](Value v, WorkloadParts& p) { read_count(v, p.workload.replicas); }},
    {"template", [](Value v, WorkloadParts& p) { read_object(v, p, template_fields); }},
    {"serviceName", [](Value, WorkloadParts& p) { p.of_stateful_set = true; }},
    {"podManagementPolicy", [](Value, WorkloadParts& p) { p.of_stateful_set = true; }},
}};
constexpr Table<WorkloadParts, 5> workload_status_fields{{
    {"updatedReplicas", [](Value v, WorkloadParts& p) { read_count(v, p.workload.updated); }},
    {"readyReplicas", [](Value v, WorkloadParts& p) { read_count(v, p.workload.ready); }},
    {"availableReplicas", [](Value v, WorkloadParts& p) { read_count(v, p.workload.available); }},
    {"replicas", [](Value v, WorkloadParts& p) { read_count(v, p.workload.current); }},
    {"observedGeneration", [](Value v, WorkloadParts& p) { p.workload.observed_generation = integer(v).value_or(0); }},
}};
constexpr Table<WorkloadParts, 4> workload_fields{{
    {"kind", [](Value v, WorkloadParts& p) { read_text(v, p.kind); }},
    {"metadata", [](Value v, WorkloadParts& p) { read_object(v, p.metadata, metadata_fields); }},
    {"spec", [](Value v, WorkloadParts& p) { read_object(v, p, workload_spec_fields); }},
    {"status", [](Value v, WorkloadParts& p) { read_object(v, p, workload_status_fields); }},
}};

// --- ReplicaSet, Node, PersistentVolumeClaim ---------------------------------------------------------------------------------------

struct ReplicaSetParts {
  ReplicaSet& set;
  Metadata metadata;
};
constexpr Table<ReplicaSetParts, 1> replica_set_spec_fields{{
    {"replicas", [](Value v, ReplicaSetParts& p) { read_count(v, p.set.replicas); }},
}};
constexpr Table<ReplicaSetParts, 3> replica_set_status_fields{{
    {"replicas", [](Value v, ReplicaSetParts& p) { read_count(v, p.set.current); }},
    {"readyReplicas", [](Value v, ReplicaSetParts& p) { read_count(v, p.set.ready); }},
    {"availableReplicas", [](Value v, ReplicaSetParts& p) { read_count(v, p.set.available); }},
}};
constexpr Table<ReplicaSetParts, 3> replica_set_fields{{
    {"metadata", [](Value v, ReplicaSetParts& p) { read_object(v, p.metadata, metadata_fields); }},
    {"spec", [](Value v, ReplicaSetParts& p) { read_object(v, p, replica_set_spec_fields); }},
    {"status", [](Value v, ReplicaSetParts& p) { read_object(v, p, replica_set_status_fields); }},
}};

struct NodeParts {
  Node& node;
  Metadata metadata;
  std::vector<ObjectCondition> conditions;
};
constexpr Table<Taint, 3> taint_fields{{
    {"key", [](Value v, Taint& t) { read_text(v, t.key); }},
    {"value", [](Value v, Taint& t) { read_text(v, t.value); }},
    {"effect", [](Value v, Taint& t) { read_text(v, t.effect); }},
}};
constexpr Table<NodeParts, 2> node_spec_fields{{
    {"taints", [](Value v, NodeParts& p) { read_list(v, p.node.taints, taint_fields); }},
    {"unschedulable", [](Value v, NodeParts& p) { read_flag(v, p.node.unschedulable); }},
}};
constexpr Table<NodeParts, 1> node_status_fields{{
    {"conditions", [](Value v, NodeParts& p) { read_list(v, p.conditions, condition_fields); }},
}};
constexpr Table<NodeParts, 3> node_fields{{
    {"metadata", [](Value v, NodeParts& p) { read_object(v, p.metadata, metadata_fields); }},
    {"spec", [](Value v, NodeParts& p) { read_object(v, p, node_spec_fields); }},
    {"status", [](Value v, NodeParts& p) { read_object(v, p, node_status_fields); }},
}};

struct ClaimParts {
  Claim& claim;
  Metadata metadata;
};
constexpr Table<ClaimParts, 1> claim_status_fields{{
    {"phase", [](Value v, ClaimParts& p) { read_text(v, p.claim.phase); }},
}};
constexpr Table<ClaimParts, 2> claim_fields{{
    {"metadata", [](Value v, ClaimParts& p) { read_object(v, p.metadata, metadata_fields); }},
    {"status", [](Value v, ClaimParts& p) { read_object(v, p, claim_status_fields); }},
}};

}  // namespace

void read_fields(fields::Value object, Job& into) {
  JobParts parts{into, {}, {}};
  read_object(object, parts, job_fields);
  conclude(into, parts.conditions);
  Metadata& metadata = parts.metadata;
  into.tracking_app = tracking_app_of(metadata);
  into.tracked_by_label = !into.tracking_app.empty() && metadata.tracking_id.empty();
  into.ref = std::move(metadata.ref);
  into.ref.kind = "Job";
  into.resource_version = std::move(metadata.version);
  into.created_at = metadata.created_at;
  into.deletion_at = metadata.deletion_at;
  into.finalizers = std::move(metadata.finalizers);
  into.hook = metadata.hook;
}

void read_fields(fields::Value object, Pod& into) {
  PodParts parts{into, {}, {}, {}};
  read_object(object, parts, pod_fields);
  Metadata& metadata = parts.metadata;
  into.ref = std::move(metadata.ref);
  into.ref.kind = "Pod";
  into.resource_version = std::move(metadata.version);
  into.created_at = metadata.created_at;
  into.deletion_at = metadata.deletion_at;
  into.labels = std::move(metadata.labels);
  into.owner_kind = std::move(metadata.owner.kind);
  into.owner_name = std::move(metadata.owner.name);
  into.owner_uid = std::move(metadata.owner.uid);
  into.ready = true_condition(parts.conditions, "Ready") != nullptr;
  read_scheduling(into, parts.conditions);
  for (ContainerState& container : parts.init_containers) container.init = true;
  into.containers.insert(into.containers.begin(), std::make_move_iterator(parts.init_containers.begin()),
                         std::make_move_iterator(parts.init_containers.end()));
}

void read_fields(fields::Value object, Workload& into) {
  WorkloadParts parts{into, {}, {}, false};
  read_object(object, parts, workload_fields);
  Metadata& metadata = parts.metadata;
  into.tracking_app = tracking_app_of(metadata);
  into.tracked_by_label = !into.tracking_app.empty() && metadata.tracking_id.empty();
  into.ref = std::move(metadata.ref);
  into.ref.kind = !parts.kind.empty() ? parts.kind : parts.of_stateful_set ? "StatefulSet" : "Deployment";
  into.resource_version = std::move(metadata.version);
  into.labels = std::move(metadata.labels);
  into.generation = metadata.generation;
  into.deletion_at = metadata.deletion_at;
}

void read_fields(fields::Value object, ReplicaSet& into) {
  ReplicaSetParts parts{into, {}};
  read_object(object, parts, replica_set_fields);
  Metadata& metadata = parts.metadata;
  into.ref = std::move(metadata.ref);
  into.ref.kind = "ReplicaSet";
  into.resource_version = std::move(metadata.version);
  into.created_at = metadata.created_at;
  into.deletion_at = metadata.deletion_at;
  into.owner_kind = std::move(metadata.owner.kind);
  into.owner_name = std::move(metadata.owner.name);
  into.owner_uid = std::move(metadata.owner.uid);
  into.revision = positive_number(metadata.revision);
  const auto hash = metadata.labels.find("pod-template-hash");
  if (hash != metadata.labels.end()) into.template_hash = std::move(hash->second);
}

void read_fields(fields::Value object, Node& into) {
  NodeParts parts{into, {}, {}};
  read_object(object, parts, node_fields);
  into.ref = std::move(parts.metadata.ref);
  into.ref.kind = "Node";
  into.resource_version = std::move(parts.metadata.version);
  into.deletion_at = parts.metadata.deletion_at;
  into.ready = true_condition(parts.conditions, "Ready") != nullptr;
}

void read_fields(fields::Value object, Claim& into) {
  ClaimParts parts{into, {}};
  read_object(object, parts, claim_fields);
  Metadata& metadata = parts.metadata;
  into.tracking_app = tracking_app_of(metadata);
  into.ref = std::move(metadata.ref);
  into.ref.kind = "PersistentVolumeClaim";
  into.resource_version = std::move(metadata.version);
  into.created_at = metadata.created_at;
  into.deletion_at = metadata.deletion_at;
  into.labels = std::move(metadata.labels);
}

}  // namespace refloat
