// A healthy Temporal stack as values, for tests of the pure stages: each test changes the one thing it is about.
#pragma once

#include <string>

#include "model/finding.h"
#include "model/playbook.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat::testing_support {

inline Time at(const char* text) {
  return *parse_time(text);
}
inline const Time now = at("2025-12-05T10:33:02Z");

inline Application application(const std::string& name) {
  Application app;
  app.ref = {"Application", "argocd", name, "uid-" + name};
  app.resource_version = "100";
  app.project = "default";
  app.destination_namespace = "dev";
  app.destination_server = "https://kubernetes.default.svc";
  app.sync_options = {"CreateNamespace=true"};
  app.retry = {2, "5s", 2, "20s", true};
  app.sync_status = "Synced";
  app.sync_revision = "0123456789abcdef0123456789abcdef01234567";
  app.health = "Healthy";
  app.operation = OperationState{};
  app.operation->phase = "Succeeded";
  app.operation->started_at = at("2025-12-05T09:00:00Z");
  app.operation->finished_at = at("2025-12-05T09:00:30Z");
  app.reconciled_at = at("2025-12-05T10:30:00Z");
  app.unchanged_since = at("2025-12-05T10:00:00Z");
  return app;
}

inline Job job(const std::string& name, const std::string& app, bool hook) {
  Job j;
  j.ref = {"Job", "dev", name, "uid-" + name};
  j.resource_version = "200";
  j.created_at = at("2025-12-05T09:00:05Z");
  j.tracking_app = app;
  j.hook = hook;
  j.complete = true;
  j.succeeded = 1;
  return j;
}

inline Workload deployment(const std::string& name) {
  Workload w;
  w.ref = {"Deployment", "dev", name, "uid-" + name};
  w.resource_version = "300";
  w.tracking_app = "dev-temporal";
  w.replicas = w.updated = w.ready = w.available = w.current = 1;
  w.generation = w.observed_generation = 1;
  return w;
}

inline DatabaseReading reading(const std::string& name, const std::string& database, const std::string& version) {
  DatabaseReading r;
  r.name = name;
  r.at = now;
  r.reach = Reach::ok;
  r.database = database;
  r.address = "postgres:5432/" + database;
  r.schema = TemporalSchema{};
  r.schema->version_table = r.schema->readable = r.schema->can_create = true;
  r.schema->versions = {{database, version, "1.0"}};
  r.schema->fingerprint = version;
  r.schema->metadata_table = r.schema->namespaces_table = name == "default";
  if (name == "default") {
    r.schema->metadata_rows = {2};
    r.schema->namespaces = {"temporal-system", "orders"};
    r.schema->namespaces_count = 2;
  }
  return r;
}

inline Stack stack() {
  Stack s;
  s.name = "temporal-dev";
  s.ns = "argocd";
  s.applications = {{"migrations", "dev-migrations"}, {"runtime", "dev-temporal"}, {"bootstrap", "dev-bootstrap"}};
  s.workload_namespace = "dev";
  s.workload_selector = {{"app.kubernetes.io/name", "temporal"}};
  s.databases.resize(2);
  s.databases[0].name = "default";
  s.databases[0].dialect = "temporal";
  s.databases[0].target = "1.18";
  s.databases[1].name = "visibility";
  s.databases[1].dialect = "temporal-visibility";
  s.databases[1].target = "1.9";
  s.bootstrap.temporal_namespaces = {"orders"};
  return s;
}

inline Snapshot snapshot() {
  Snapshot s;
  s.cluster = "test";
  s.taken_at = now;
  s.applications = {application("dev-migrations"), application("dev-temporal"), application("dev-bootstrap")};
  s.projects = {{"default", {}}};
  s.jobs = {job("schema-job", "dev-migrations", true), job("register-namespaces", "dev-bootstrap", false)};
  s.workloads = {deployment("frontend"), deployment("backend")};
  s.databases = {{"default", reading("default", "temporal", "1.18")}, {"visibility", reading("visibility", "temporal_visibility", "1.9")}};
  return s;
}

inline Application& app(Snapshot& s, const std::string& name) {
  for (Application& a : s.applications) {
    if (a.ref.name == name) return a;
  }
  return s.applications.front();
}

// An operation that runs; of nobody in particular.
inline void run_operation(Application& a) {
  a.has_operation = true;
  a.operation->phase = "Running";
  a.operation->finished_at.reset();
  a.operation->started_at = at("2025-12-05T10:30:00Z");
}

// The same, waiting for its next try.
inline void back_off(Application& a) {
  run_operation(a);
  a.operation->finished_at = at("2025-12-05T10:33:00Z");
  a.operation->retry = {2, "5s", 2, "20s", true};
  a.operation->retry_count = 1;
}

inline Playbook playbook(const std::string& name, std::vector<StepSpec> steps) {
  Playbook p;
  p.name = name;
  p.signature.id = name;
  p.signature.recoverable = Recoverable::automatic;
  p.steps = std::move(steps);
  p.digest = "digest of " + name;
  return p;
}

inline StepSpec step(Phase phase, const std::string& action, const std::string& role) {
  StepSpec s;
  s.phase = phase;
  s.action = action;
  s.role = role;
  return s;
}

inline Finding finding(const std::string& signature, ObjectRef subject) {
  Finding f;
  f.id = signature + "/" + subject.name;
  f.signature = f.playbook = signature;
  f.subject = std::move(subject);
  f.recoverable = Recoverable::automatic;
  f.evidence = {{"source", "observed", now}};
  return f;
}

}  // namespace refloat::testing_support
