#include "sim/temporal_stack.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/cluster.h"
#include "sim/control_plane.h"
#include "sim/git.h"
#include "sim/kubelet.h"
#include "sim/program.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

Json pod_template(const Json& labels, const std::string& restart_policy, const Json& container) {
  return {{"metadata", {{"labels", labels}}},
          {"spec", {{"restartPolicy", restart_policy}, {"terminationGracePeriodSeconds", 1}, {"containers", {container}}}}};
}

Json secret_env(const std::string& name, const std::string& secret, const std::string& key) {
  return {{"name", name}, {"valueFrom", {{"secretKeyRef", {{"name", secret}, {"key", key}}}}}};
}

Json element(const std::string& name, const char* path, const char* phase) {
  return {{"name", name}, {"path", path}, {"phase", phase}};
}

Json step(const char* phase) {
  return {{"matchExpressions", {{{"key", "rolloutPhase"}, {"operator", "In"}, {"values", {phase}}}}}};
}

}  // namespace

TemporalStack::TemporalStack(Cluster& cluster, TemporalNames names, TemporalPrograms programs, DatabaseEffects databases)
    : cluster_(&cluster), names_(std::move(names)), databases_(std::move(databases)) {
  ControlPlane& admin = cluster.admin();
  for (const std::string& ns : {names_.ns, names_.argo_ns}) {
    admin.create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", ns}}}});
  }
  admin.create({{"apiVersion", "argoproj.io/v1alpha1"},
                {"kind", "AppProject"},
                {"metadata", {{"name", "default"}, {"namespace", names_.argo_ns}}},
                {"spec", {{"sourceRepos", {"*"}}}}});
  create_secret(names_.env_secret);
  create_secret(names_.credentials_secret);
  Kubelet& kubelet = cluster.kubelet();
  kubelet.set_program(image("migrate"), std::move(programs.migrate));
  kubelet.set_program(image("frontend"), std::move(programs.frontend));
  kubelet.set_program(image("backend"), std::move(programs.backend));
  kubelet.set_program(image("bootstrap"), std::move(programs.bootstrap));
  const Json target{{"apiVersion", "v1"},
                    {"kind", "ConfigMap"},
                    {"metadata", {{"name", names_.prefix + "temporal-migrations-target"}}},
                    {"data", {{"temporal", "1.18"}, {"visibility", "1.9"}}}};
  const Json config{
      {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "temporal-config"}}}, {"data", {{"logLevel", "warn"}}}};
  GitRepos::Tree tree = cluster.git().head(names_.repo);
  tree["migrations"] = {hook_manifest(), target};
  tree["runtime"] = {config, deployment("frontend"), deployment("backend")};
  tree["bootstrap"] = {bootstrap_manifest()};
  cluster.git().commit(names_.repo, std::move(tree));
  admin.create(application_set());
}

std::vector<std::string> TemporalStack::applications() const {
  return {migrations(), runtime(), bootstrap()};
}

void TemporalStack::create_secret(const std::string& name) {
  cluster_->admin().create({{"apiVersion", "v1"},
                            {"kind", "Secret"},
                            {"metadata", {{"name", name}, {"namespace", names_.ns}}},
                            {"stringData", {{"username", names_.user}, {"password", names_.password}}}});
}

Json TemporalStack::environment() const {
  return {secret_env("SQL_USER", names_.env_secret, "username"),
          secret_env("SQL_PASSWORD", names_.env_secret, "password"),
          {{"name", "SQL_DATABASE"}, {"value", names_.database}},
          {{"name", "SQL_VISIBILITY_DATABASE"}, {"value", names_.visibility_database}}};
}

Json TemporalStack::hook_manifest() const {
  Json job{{"apiVersion", "batch/v1"}, {"kind", "Job"}};
  job["metadata"] = {
      {"name", names_.prefix + names_.hook_job},
      {"annotations", {{"helm.sh/hook", "pre-install,pre-upgrade"}, {"helm.sh/hook-delete-policy", "before-hook-creation"}}}};
  const Json container{{"name", "migrate"}, {"image", image("migrate")}, {"env", environment()}};
  job["spec"] = {{"backoffLimit", 1}, {"template", pod_template({{"app.kubernetes.io/name", "temporal-migrations"}}, "Never", container)}};
  return job;
}

Json TemporalStack::deployment(const std::string& component) const {
  const Json labels{{"app.kubernetes.io/name", "temporal"}, {"app.kubernetes.io/component", component}};
  Json deployment{{"apiVersion", "apps/v1"},
                  {"kind", "Deployment"},
                  {"metadata", {{"name", names_.prefix + "data-temporal-" + component}, {"labels", labels}}}};
  const Json container{{"name", "temporal"}, {"image", image(component)}, {"env", environment()}};
  deployment["spec"] = {{"replicas", 1},
                        {"progressDeadlineSeconds", 60},
                        {"strategy", {{"type", "Recreate"}}},
                        {"selector", {{"matchLabels", labels}}},
                        {"template", pod_template(labels, "Always", container)}};
  return deployment;
}

Json TemporalStack::bootstrap_manifest() const {
  Json job{{"apiVersion", "batch/v1"}, {"kind", "Job"}, {"metadata", {{"name", names_.prefix + names_.bootstrap_job}}}};
  const Json container{{"name", "bootstrap"}, {"image", image("bootstrap")}, {"env", environment()}};
  job["spec"] = {{"backoffLimit", 1}, {"template", pod_template({{"app.kubernetes.io/name", "temporal-bootstrap"}}, "Never", container)}};
  return job;
}

Json TemporalStack::application_set() const {
  Json set{{"apiVersion", "argoproj.io/v1alpha1"},
           {"kind", "ApplicationSet"},
           {"metadata", {{"name", names_.prefix + "stack-" + names_.ns}, {"namespace", names_.argo_ns}}}};
  set["spec"]["goTemplate"] = true;
  set["spec"]["generators"] = {{{"list",
                                 {{"elements",
                                   {element(names_.migrations_app, "migrations", "265"), element(names_.runtime_app, "runtime", "450"),
                                    element(names_.bootstrap_app, "bootstrap", "455")}}}}}};
  set["spec"]["strategy"] = {{"type", "RollingSync"}, {"rollingSync", {{"steps", {step("265"), step("450"), step("455")}}}}};
  Json& app = set["spec"]["template"];
  app["metadata"] = {{"name", names_.prefix + "{{.name}}"}, {"labels", {{"rolloutPhase", "{{.phase}}"}, {"environment", names_.ns}}}};
  app["spec"] = {{"project", "default"},
                 {"source", {{"repoURL", names_.repo}, {"path", "{{.path}}"}, {"targetRevision", "main"}}},
                 {"destination", {{"server", "https://kubernetes.default.svc"}, {"namespace", names_.ns}}}};
  app["spec"]["syncPolicy"] = {
      {"automated", {{"prune", true}, {"selfHeal", true}}},
      {"syncOptions", {"CreateNamespace=true"}},
      {"retry", {{"limit", names_.retry_limit}, {"backoff", {{"duration", "5s"}, {"factor", 2}, {"maxDuration", "3m"}}}}}};
  return set;
}

StoredObject TemporalStack::application(const std::string& name) const {
  return cluster_->admin().find("argoproj.io", "applications", names_.argo_ns, name);
}

std::vector<StoredObject> TemporalStack::pods_of(const std::string& label, const std::string& value) const {
  std::vector<StoredObject> found;
  std::ranges::copy_if(cluster_->admin().all("", "pods"), std::back_inserter(found),
                       [&](const Json& p) { return ns_of(p) == names_.ns && text_at(p, {"metadata", "labels", label.c_str()}) == value; });
  return found;
}

bool TemporalStack::healthy() const {
  const bool apps = std::ranges::all_of(applications(), [&](const std::string& name) {
    const StoredObject app = application(name);
    return text_at(app, {"status", "sync", "status"}) == "Synced" && text_at(app, {"status", "health", "status"}) == "Healthy" &&
           !app.contains("operation");
  });
  const std::vector<StoredObject> pods = pods_of("app.kubernetes.io/name", "temporal");
  return apps && pods.size() == 2 && std::ranges::all_of(pods, [](const Json& p) { return condition_true(p, "Ready"); });
}

bool TemporalStack::wait_until_healthy(Duration limit) {
  return cluster_->wait_for([&] { return healthy(); }, limit);
}

void TemporalStack::drop_databases() {
  if (databases_.drop_and_recreate) {
    databases_.drop_and_recreate();
  }
}

void TemporalStack::kill_migration(const std::string& version, int statements) {
  if (databases_.kill_next_migration) {
    databases_.kill_next_migration(version, statements);
  }
}

void TemporalStack::reset_version(const std::string& version) {
  if (databases_.reset_version) {
    databases_.reset_version(version);
  }
}

void TemporalStack::start_sync(const std::string& app) {
  const StoredObject live = application(app);
  Json operation{{"initiatedBy", {{"username", "somebody"}}}, {"sync", {{"syncOptions", {"CreateNamespace=true"}}}}};
  operation["retry"] = at_path(live, {"spec", "syncPolicy", "retry"});
  cluster_->admin().patch(live, {{"operation", operation}, {"status", {{"operationState", nullptr}}}});
}

void TemporalStack::delete_hook() {
  const StoredObject job = cluster_->admin().find("batch", "jobs", names_.ns, names_.prefix + names_.hook_job);
  if (job.is_null()) {
    return;
  }
  cluster_->admin().remove(job, "Background");
  for (const Json& pod : pods_of("job-name", name_of(job))) {
    cluster_->admin().remove(pod, "Background");
  }
}

void TemporalStack::remove_hook() {
  const StoredObject job = cluster_->admin().find("batch", "jobs", names_.ns, names_.prefix + names_.hook_job);
  if (job.is_null()) {
    return;
  }
  cluster_->admin().patch(job, {{"metadata", {{"finalizers", nullptr}}}});
  if (const StoredObject released = cluster_->admin().find_like(job); !released.is_null()) {
    cluster_->admin().remove(released, "Background");
  }
}

void TemporalStack::null_operation(const std::string& app) {
  cluster_->admin().patch(application(app), {{"operation", nullptr}});
}

void TemporalStack::write_phase(const std::string& app, const std::string& phase) {
  cluster_->admin().patch(application(app), {{"status", {{"operationState", {{"phase", phase}}}}}});
}

void TemporalStack::hold_hook(const std::string& finalizer) {
  const StoredObject job = cluster_->admin().find("batch", "jobs", names_.ns, names_.prefix + names_.hook_job);
  if (job.is_null()) {
    return;
  }
  Json finalizers = at_path(job, {"metadata", "finalizers"});
  finalizers.push_back(finalizer);
  cluster_->admin().patch(job, {{"metadata", {{"finalizers", finalizers}}}});
}

void TemporalStack::change_secret(const std::string& secret, const std::string& password) {
  const StoredObject live = cluster_->admin().find("", "secrets", names_.ns, secret);
  cluster_->admin().patch(live, {{"stringData", {{"password", password}}}});
}

void TemporalStack::close_window(const std::string& duration) {
  const StoredObject project = cluster_->admin().find("argoproj.io", "appprojects", names_.argo_ns, "default");
  const Json window{{"kind", "deny"}, {"schedule", "* * * * *"}, {"duration", duration}, {"applications", {"*"}}};
  cluster_->admin().patch(project, {{"spec", {{"syncWindows", {window}}}}});
}

void TemporalStack::open_window() {
  cluster_->admin().patch(cluster_->admin().find("argoproj.io", "appprojects", names_.argo_ns, "default"),
                          {{"spec", {{"syncWindows", nullptr}}}});
}

void TemporalStack::kill_pods() {
  for (const Json& pod : pods_of("app.kubernetes.io/name", "temporal")) {
    cluster_->admin().remove(pod, "Background");
  }
}

void TemporalStack::set_migrate_program(Program program) {
  cluster_->kubelet().set_program(image("migrate"), std::move(program));
}

}  // namespace refloat::sim
