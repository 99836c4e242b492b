#include "argo/client/operations.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/time.h"
#include "model/application.h"
#include "model/job.h"
#include "model/workload.h"
#include "model/write.h"

namespace refloat {

namespace {

KubeWrite on_application(const Application& app, Json body, std::string describe) {
  KubeWrite write;
  write.group = "argoproj.io";
  write.version = "v1alpha1";
  write.plural = "applications";
  write.object = app.ref;
  write.resource_version = app.resource_version;
  write.patch_type = PatchType::merge;
  write.body = std::move(body);
  write.body["metadata"]["resourceVersion"] = app.resource_version;
  write.describe = std::move(describe);
  return write;
}

KubeWrite on_job(const Job& job, std::string describe) {
  KubeWrite write;
  write.group = "batch";
  write.version = "v1";
  write.plural = "jobs";
  write.object = job.ref;
  write.resource_version = job.resource_version;
  write.describe = std::move(describe);
  return write;
}

Json retry_json(const RetryStrategy& retry) {
  return {{"limit", retry.limit},
          {"backoff", {{"duration", retry.duration}, {"factor", retry.factor}, {"maxDuration", retry.max_duration}}}};
}

std::string short_revision(const std::string& revision) {
  return revision.size() == 40 ? revision.substr(0, 7) : revision;
}

}  // namespace

KubeWrite terminate_operation(const Application& app) {
  const Json state = {{"phase", "Terminating"}, {"message", "ended by refloat: it can not finish by itself"}};
  const std::optional<Time> began = app.operation ? app.operation->started_at : std::nullopt;  // tells this one from the next
  const std::string which = began ? " that began at " + format_time(*began) : "";
  return on_application(app, {{"status", {{"operationState", state}}}}, "end the operation of Application " + app.ref.name + which);
}

KubeWrite start_sync(const Application& app, const std::string& token) {
  Json sync = {{"prune", false}};
  if (!app.sync_options.empty()) sync["syncOptions"] = app.sync_options;
  if (app.multi_source) {
    sync["revisions"] = app.sync_revisions;
  } else {
    sync["revision"] = app.sync_revision;
  }
  Json operation = {{"initiatedBy", {{"username", "refloat"}}}, {"info", {{{"name", sync_token_name}, {"value", token}}}}, {"sync", sync}};
  if (app.retry.present) operation["retry"] = retry_json(app.retry);
  const std::string revision = app.multi_source ? "the compared revisions" : short_revision(app.sync_revision);
  return on_application(app, {{"operation", operation}, {"status", {{"operationState", nullptr}}}},
                        "sync Application " + app.ref.name + " at " + revision + ", hooks included, no prune");
}

KubeWrite hard_refresh(const Application& app) {
  const Json annotations = {{"argocd.argoproj.io/refresh", "hard"}};
  return on_application(app, {{"metadata", {{"annotations", annotations}}}}, "hard refresh of Application " + app.ref.name);
}

KubeWrite remove_finalizer(const Job& job, const std::string& finalizer) {
  KubeWrite write = on_job(job, "remove finalizer " + finalizer + " from Job " + job.ref.name);
  write.patch_type = PatchType::json;
  write.body = Json::array({{{"op", "test"}, {"path", "/metadata/uid"}, {"value", job.ref.uid}},
                            {{"op", "test"}, {"path", "/metadata/resourceVersion"}, {"value", job.resource_version}}});
  for (std::size_t i = 0; i < job.finalizers.size(); ++i) {
    if (job.finalizers[i] != finalizer) continue;
    const std::string path = "/metadata/finalizers/" + std::to_string(i);
    write.body.push_back({{"op", "test"}, {"path", path}, {"value", finalizer}});
    write.body.push_back({{"op", "remove"}, {"path", path}});
    break;
  }
  return write;
}

KubeWrite delete_job(const Job& job) {
  KubeWrite write = on_job(job, "delete Job " + job.ref.name + " and its pods");
  write.verb = KubeWrite::Verb::remove;
  write.propagation = "Background";
  return write;
}

KubeWrite restart_workload(const Workload& workload, const std::string& stamp) {
  KubeWrite write;
  write.group = "apps";
  write.version = "v1";
  write.plural = workload.ref.kind == "StatefulSet" ? "statefulsets" : "deployments";
  write.object = workload.ref;
  write.resource_version = workload.resource_version;
  write.body["metadata"]["resourceVersion"] = workload.resource_version;
  write.body["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"] = stamp;
  write.describe = "restart " + workload.ref.display();
  return write;
}

std::string sync_token(const Application& app) {
  const auto pending = app.pending_info.find(sync_token_name);
  if (app.has_operation && pending != app.pending_info.end()) return pending->second;
  if (!app.operation) return {};
  const auto ran = app.operation->info.find(sync_token_name);
  return ran == app.operation->info.end() ? std::string() : ran->second;
}

}  // namespace refloat
