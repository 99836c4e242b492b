#include "simulation/churn/hands.h"

#include <algorithm>
#include <map>
#include <utility>

#include "model/job.h"
#include "sim/control_plane.h"

namespace refloat::simulation {

namespace {

constexpr const char* tracking_finalizer = "batch.kubernetes.io/job-tracking";
constexpr const char* argo = "argocd-application-controller";
constexpr const char* workloads = "deployment-controller";
constexpr const char* jobs = "job-controller";
constexpr const char* kubelet = "kubelet";

Json condition(const char* type, bool holds, const std::string& at, const char* reason = "") {
  Json out{{"type", type}, {"status", holds ? "True" : "False"}, {"lastTransitionTime", at}};
  if (*reason != '\0') out["reason"] = reason;
  return out;
}

Json container_of(const Json& pod, const PodLook& look, const std::string& at) {
  const Json& spec = at_path(pod, {"spec", "containers"}).at(0);
  Json state = look.state.empty() ? Json{{"running", {{"startedAt", at}}}} : look.state;
  return {{"name", spec["name"]}, {"image", spec["image"]},    {"ready", look.ready},        {"restartCount", look.restarts},
          {"started", true},      {"state", std::move(state)}, {"lastState", Json::object()}};
}

bool owned(const Json& object, const std::string& owner) {
  const Json& owners = at_path(object, {"metadata", "ownerReferences"});
  return std::any_of(owners.begin(), owners.end(), [&](const Json& each) { return text_at(each, {"name"}) == owner; });
}

bool deleting(const Json& object) {
  return at_path(object, {"metadata"}).contains("deletionTimestamp");
}

std::string component_of(const Json& object) {
  return text_at(object, {"metadata", "labels", "app.kubernetes.io/component"});
}

bool is_ready(const Json& pod) {
  return sim::condition_true(pod, "Ready");
}

}  // namespace

Hands::Hands(Crowd& crowd, std::uint64_t seed) : crowd_(crowd), dice_(seed) {}

std::string Hands::hex(int digits) {
  std::string out;
  for (int i = 0; i < digits; ++i) out += "0123456789abcdef"[roll(16)];
  return out;
}

Duration Hands::between(Duration low, Duration high) {
  return low + Duration(static_cast<Duration::rep>(roll(static_cast<std::uint64_t>((high - low).count()) + 1)));
}

std::string Hands::now_text() const {
  return format_time(crowd_.now());
}

Resource Hands::resource(const char* group, const char* plural, const std::string& ns, const std::string& name) const {
  const sim::ResourceType* type = crowd_.api().types().find(group, plural);
  return {group, type->version, plural, ns, name, ""};
}

sim::StoredObject Hands::stored(const char* group, const char* plural, const std::string& ns, const std::string& name) const {
  return crowd_.api().store().find({group, plural, ns, name});
}

void Hands::set_status(const Resource& object, const Json& status, const char* user) {
  Resource at = object;
  at.subresource = "status";
  crowd_.api().patch(user, at, PatchType::merge, {{"status", status}});
}

// --- pods and workloads -------------------------------------------------------------------------------------------------------------

std::vector<std::string> Hands::live_pods(const Tenant& tenant, const std::string& deployment) const {
  std::vector<std::string> out;
  const sim::StoredObject owner = stored("apps", "deployments", tenant.ns, deployment);
  for (const sim::StoredObject& pod : crowd_.api().store().list("", "pods", tenant.ns)) {
    if (!deleting(*pod) && component_of(*pod) == component_of(*owner)) out.push_back(sim::name_of(*pod));
  }
  return out;
}

int Hands::replicas(const Tenant& tenant, const std::string& deployment) const {
  return static_cast<int>(int_at(*stored("apps", "deployments", tenant.ns, deployment), {"spec", "replicas"}, 1));
}

std::string Hands::make_pod(const Tenant& tenant, const std::string& deployment) {
  sim::StoredObject set;
  for (const sim::StoredObject& each : crowd_.api().store().list("apps", "replicasets", tenant.ns)) {
    if (owned(*each, deployment) && int_at(*each, {"spec", "replicas"}) > 0) set = each;
  }
  if (set.is_null()) return "";
  Json pod{{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", (*set)["spec"]["template"]["metadata"]}};
  pod["spec"] = (*set)["spec"]["template"]["spec"];
  pod["metadata"]["generateName"] = sim::name_of(*set) + "-";
  pod["metadata"]["ownerReferences"] = Json::array({sim::owner_reference(*set)});
  const sim::Answer made = crowd_.api().create("replicaset-controller", resource("", "pods", tenant.ns, ""), std::move(pod));
  return sim::name_of(made.body);
}

std::string Hands::make_job_pod(const Tenant& tenant, const std::string& job) {
  const sim::StoredObject owner = stored("batch", "jobs", tenant.ns, job);
  if (owner.is_null()) return "";
  Json pod{{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", (*owner)["spec"]["template"]["metadata"]}};
  pod["spec"] = (*owner)["spec"]["template"]["spec"];
  pod["metadata"]["generateName"] = job + "-";
  pod["metadata"]["finalizers"] = {tracking_finalizer};
  pod["metadata"]["ownerReferences"] = Json::array({sim::owner_reference(*owner)});
  return sim::name_of(crowd_.api().create(jobs, resource("", "pods", tenant.ns, ""), std::move(pod)).body);
}

void Hands::schedule(const Tenant& tenant, const std::string& pod) {
  crowd_.api().patch("scheduler", resource("", "pods", tenant.ns, pod), PatchType::merge,
                     {{"spec", {{"nodeName", "node-" + std::to_string(roll(20))}}}});
}

std::string Hands::node_of(const Tenant& tenant, const std::string& pod) const {
  const sim::StoredObject found = stored("", "pods", tenant.ns, pod);
  return found.is_null() ? "" : text_at(*found, {"spec", "nodeName"});
}

void Hands::show(const Tenant& tenant, const std::string& pod, const PodLook& look) {
  const sim::StoredObject found = stored("", "pods", tenant.ns, pod);
  if (found.is_null()) return;
  const std::string at = now_text();
  Json status{{"phase", look.phase}};
  if (look.unschedulable) {
    Json unscheduled = condition("PodScheduled", false, at, "Unschedulable");
    unscheduled["message"] = "0/20 nodes are available: 19 Insufficient cpu, 1 node(s) were unschedulable.";
    status["conditions"] = {std::move(unscheduled)};
  } else {
    status["startTime"] = at;
    status["conditions"] = {condition("PodScheduled", true, at), condition("Initialized", true, at),
                            condition("Ready", look.ready, at, look.ready ? "" : "ContainersNotReady"),
                            condition("ContainersReady", look.ready, at)};
    status["containerStatuses"] = Json::array({container_of(*found, look, at)});
  }
  set_status(resource("", "pods", tenant.ns, pod), status, kubelet);
}

void Hands::delete_pod(const Tenant& tenant, const std::string& pod, const char* user) {
  crowd_.api().remove(user, resource("", "pods", tenant.ns, pod), DeleteOptions{"", "", "Background", false});
}

void Hands::finish_pod(const Tenant& tenant, const std::string& pod) {
  const sim::StoredObject found = stored("", "pods", tenant.ns, pod);
  if (found.is_null() || !deleting(*found)) return;
  const std::string uid = sim::uid_of(*found);
  crowd_.api().finish_pod(kubelet, tenant.ns, pod, uid);
}

void Hands::drop_job_finalizer(const Tenant& tenant, const std::string& pod) {
  crowd_.api().patch(jobs, resource("", "pods", tenant.ns, pod), PatchType::merge, {{"metadata", {{"finalizers", nullptr}}}});
}

void Hands::count(const Tenant& tenant, const std::string& deployment) {
  const sim::StoredObject found = stored("apps", "deployments", tenant.ns, deployment);
  const std::vector<std::string> live = live_pods(tenant, deployment);
  const auto ready = static_cast<int>(
      std::count_if(live.begin(), live.end(), [&](const std::string& pod) { return is_ready(*stored("", "pods", tenant.ns, pod)); }));
  const bool all = ready >= replicas(tenant, deployment);
  Json status{{"observedGeneration", int_at(*found, {"metadata", "generation"})},
              {"replicas", live.size()},
              {"updatedReplicas", live.size()},
              {"readyReplicas", ready},
              {"availableReplicas", ready},
              {"unavailableReplicas", std::max(0, replicas(tenant, deployment) - ready)}};
  status["conditions"] = {condition("Available", all, now_text(), all ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable"),
                          condition("Progressing", true, now_text(), all ? "NewReplicaSetAvailable" : "ReplicaSetUpdated")};
  set_status(resource("apps", "deployments", tenant.ns, deployment), status, workloads);
}

void Hands::restart(const Tenant& tenant, const std::string& deployment, const char* user) {
  const Json annotations{{"kubectl.kubernetes.io/restartedAt", now_text()}};
  crowd_.api().patch(user, resource("apps", "deployments", tenant.ns, deployment), PatchType::merge,
                     {{"spec", {{"template", {{"metadata", {{"annotations", annotations}}}}}}}});
}

void Hands::scale(const Tenant& tenant, const std::string& deployment, int wanted) {
  crowd_.api().patch("horizontal-pod-autoscaler", resource("apps", "deployments", tenant.ns, deployment), PatchType::merge,
                     {{"spec", {{"replicas", wanted}}}});
  for (const sim::StoredObject& set : crowd_.api().store().list("apps", "replicasets", tenant.ns)) {
    if (!owned(*set, deployment) || int_at(*set, {"spec", "replicas"}) == 0) continue;
    crowd_.api().patch(workloads, resource("apps", "replicasets", tenant.ns, sim::name_of(*set)), PatchType::merge,
                       {{"spec", {{"replicas", wanted}}}});
    return;
  }
}

void Hands::new_replica_set(const Tenant& tenant, const std::string& deployment) {
  for (const sim::StoredObject& set : crowd_.api().store().list("apps", "replicasets", tenant.ns)) {
    if (!owned(*set, deployment) || int_at(*set, {"spec", "replicas"}) == 0) continue;
    crowd_.api().patch(workloads, resource("apps", "replicasets", tenant.ns, sim::name_of(*set)), PatchType::merge,
                       {{"spec", {{"replicas", 0}}}});
    break;
  }
  const Json owner = *stored("apps", "deployments", tenant.ns, deployment);
  const std::string hash = hex(10);
  Json set{{"apiVersion", "apps/v1"}, {"kind", "ReplicaSet"}};
  Json pattern = owner["spec"]["template"];
  pattern["metadata"]["labels"]["pod-template-hash"] = hash;
  set["metadata"] = {
      {"name", deployment + "-" + hash}, {"labels", pattern["metadata"]["labels"]}, {"ownerReferences", {sim::owner_reference(owner)}}};
  set["spec"] = {{"replicas", replicas(tenant, deployment)}, {"selector", owner["spec"]["selector"]}, {"template", std::move(pattern)}};
  crowd_.api().create(workloads, resource("apps", "replicasets", tenant.ns, ""), std::move(set));
}

void Hands::delete_old_replica_sets(const Tenant& tenant, const std::string& deployment) {
  std::vector<std::string> old;
  for (const sim::StoredObject& set : crowd_.api().store().list("apps", "replicasets", tenant.ns)) {
    if (owned(*set, deployment) && int_at(*set, {"spec", "replicas"}) == 0) old.push_back(sim::name_of(*set));
  }
  for (const std::string& name : old)
    crowd_.api().remove(workloads, resource("apps", "replicasets", tenant.ns, name), DeleteOptions{"", "", "Background", false});
}

// --- Jobs ---------------------------------------------------------------------------------------------------------------------------

// Both as the bootstrap Job is now; the other is a hook of the migrations' Application.
void Hands::remember_jobs(const Tenant& tenant) {
  const Json live = *stored("batch", "jobs", tenant.ns, tenant.bootstrap_job);
  Json pattern{{"apiVersion", "batch/v1"}, {"kind", "Job"}};
  pattern["spec"] = {{"backoffLimit", int_at(live, {"spec", "backoffLimit"}, 6)}, {"template", live["spec"]["template"]}};
  for (const bool hook : {false, true}) {
    const std::string& name = hook ? tenant.hook_job : tenant.bootstrap_job;
    const std::string& app = hook ? tenant.migrations : tenant.bootstrap;
    pattern["metadata"] = {{"name", name},
                           {"annotations", {{"argocd.argoproj.io/tracking-id", app + ":batch/Job:" + tenant.ns + "/" + name}}}};
    if (hook) pattern["metadata"]["annotations"]["argocd.argoproj.io/hook"] = "PreSync";
    pattern["spec"]["template"]["metadata"]["labels"] = {{"app.kubernetes.io/name", hook ? "temporal-migrations" : "temporal-bootstrap"}};
    jobs_[name] = pattern;
  }
}

void Hands::make_job(const Tenant& tenant, const std::string& name, bool hook) {
  Json job = jobs_.at(name);
  if (hook) job["metadata"]["finalizers"] = {hook_finalizer};
  crowd_.api().create(argo, resource("batch", "jobs", tenant.ns, ""), std::move(job));
}

bool Hands::has_job(const Tenant& tenant, const std::string& name) const {
  return !stored("batch", "jobs", tenant.ns, name).is_null();
}

void Hands::job_status(const Tenant& tenant, const std::string& name, const Json& status) {
  set_status(resource("batch", "jobs", tenant.ns, name), status, jobs);
}

void Hands::release_hook(const Tenant& tenant, const std::string& name) {
  crowd_.api().patch(argo, resource("batch", "jobs", tenant.ns, name), PatchType::merge, {{"metadata", {{"finalizers", nullptr}}}});
}

void Hands::delete_job(const Tenant& tenant, const std::string& name, const char* user) {
  crowd_.api().remove(user, resource("batch", "jobs", tenant.ns, name), DeleteOptions{"", "", "Foreground", false});
}

// The garbage collector's part: its pods, then its finalizer.
void Hands::finish_job_deletion(const Tenant& tenant, const std::string& name) {
  std::vector<std::string> pods;
  for (const sim::StoredObject& pod : crowd_.api().store().list("", "pods", tenant.ns)) {
    if (owned(*pod, name)) pods.push_back(sim::name_of(*pod));
  }
  for (const std::string& pod : pods) {
    if (!at_path(*stored("", "pods", tenant.ns, pod), {"metadata", "finalizers"}).empty()) drop_job_finalizer(tenant, pod);
    delete_pod(tenant, pod, "garbage-collector");
    finish_pod(tenant, pod);
  }
  crowd_.api().patch("garbage-collector", resource("batch", "jobs", tenant.ns, name), PatchType::merge,
                     {{"metadata", {{"finalizers", nullptr}}}});
}

// --- Argo CD ------------------------------------------------------------------------------------------------------------------------

Json Hands::app(const Tenant& tenant, const std::string& app) const {
  return *stored("argoproj.io", "applications", tenant.argo_ns, app);
}

void Hands::patch_app(const Tenant& tenant, const std::string& app, const Json& patch, const char* user) {
  crowd_.api().patch(user, resource("argoproj.io", "applications", tenant.argo_ns, app), PatchType::merge, patch);
}

// 3.0 wrote the health of each resource on request, later ones leave it out; each adds fields of its own.
Json Hands::fields_of_version(const Json& app) const {
  Json rows = at_path(app, {"status", "resources"});
  for (Json& row : rows) {
    row.erase("health");
    row.erase("syncOptions");
    if (version_ == ArgoVersion::v3_0) row["health"] = {{"status", "Healthy"}};
    if (version_ == ArgoVersion::v3_6) row["syncOptions"] = {{"pruneLast", false}};
  }
  Json status{{"resources", std::move(rows)}, {"sourceHydrator", nullptr}, {"driftDetection", nullptr}, {"summary", nullptr}};
  if (version_ == ArgoVersion::v3_0) {
    status["resourceHealthSource"] = nullptr;
  } else {
    status["resourceHealthSource"] = "appTree";
    status["summary"] = {{"images", {"registry.sim.local/temporal:1.29.1"}}};
  }
  if (version_ >= ArgoVersion::v3_4) status["sourceHydrator"] = {{"currentOperation", {{"phase", "Hydrated"}, {"startedAt", now_text()}}}};
  if (version_ == ArgoVersion::v3_6) {
    status["driftDetection"] = {{"lastRun", now_text()}, {"rows", Json::array({{{"kind", "Deployment"}, {"since", nullptr}}})}};
    if (at_path(app, {"status", "operationState"}).is_object())
      status["operationState"] = {{"retryPlan", {{"nextAttempt", 0}}}, {"observedBy", "argocd-application-controller-1"}};
  }
  return {{"status", std::move(status)}};
}

void Hands::refresh(const Tenant& tenant, const std::string& app, const Json& more) {
  const sim::StoredObject live = stored("argoproj.io", "applications", tenant.argo_ns, app);
  Json patch{{"status", {{"reconciledAt", now_text()}}}};
  const auto [written, is_new] = written_by_.try_emplace(app, version_);
  if (is_new || written->second != version_) patch.merge_patch(fields_of_version(*live));
  written->second = version_;
  patch["status"]["reconciledAt"] = now_text();
  if (!more.empty()) patch.merge_patch(more);
  patch_app(tenant, app, patch);
}

void Hands::ask_refresh(const Tenant& tenant, const std::string& app) {
  patch_app(tenant, app, {{"metadata", {{"annotations", {{"argocd.argoproj.io/refresh", "normal"}}}}}}, "somebody");
}

void Hands::start_operation(const Tenant& tenant, const std::string& app, const std::string& revision, const Json& resources) {
  Json operation{{"initiatedBy", {{"automated", true}}},
                 {"sync", {{"revision", revision}, {"prune", true}, {"syncOptions", {"CreateNamespace=true"}}}},
                 {"retry", {{"limit", 10}, {"backoff", {{"duration", "5s"}, {"factor", 2}, {"maxDuration", "3m"}}}}}};
  if (!resources.empty()) operation["sync"]["resources"] = resources;
  patch_app(tenant, app, {{"operation", operation}, {"status", {{"operationState", nullptr}}}});
}

void Hands::operation_state(const Tenant& tenant, const std::string& app, const std::string& phase, const std::string& message,
                            const Json& more) {
  const sim::StoredObject live = stored("argoproj.io", "applications", tenant.argo_ns, app);
  Json state{{"phase", phase}, {"message", message}};
  if (!at_path(*live, {"status", "operationState"}).is_object()) {
    state["startedAt"] = now_text();
    state["operation"] = at_path(*live, {"operation"});
    state["syncResult"] = {{"revision", text_at(*live, {"operation", "sync", "revision"})}, {"source", at_path(*live, {"spec", "source"})}};
  }
  state.merge_patch(more);
  patch_app(tenant, app, {{"status", {{"operationState", state}}}});
}

void Hands::end_operation(const Tenant& tenant, const std::string& app, const std::string& phase, const std::string& message,
                          const Json& more) {
  Json state{{"phase", phase}, {"message", message}, {"finishedAt", now_text()}};
  state.merge_patch(more);
  patch_app(tenant, app, {{"operation", nullptr}, {"status", {{"operationState", state}}}});
}

// --- people -------------------------------------------------------------------------------------------------------------------------

void Hands::label(const Resource& object, const char* what, const std::string& value) {
  crowd_.api().patch("somebody", object, PatchType::merge, {{"metadata", {{what, {{"team.example.com/note", value}}}}}});
}

}  // namespace refloat::simulation
