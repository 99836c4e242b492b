// A small Temporal stack as values, and the ways to ask facts about it. Each test changes what it is about.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "detect/detect.h"
#include "detect/fact.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat::detect_test {

using namespace std::chrono_literals;

inline const Time now = *parse_time("2025-12-03T10:33:00Z");

inline Application application(const std::string& name) {
  Application app;
  app.ref = {"Application", "argocd", name, "uid-" + name};
  app.destination_namespace = "dev";
  app.sync_status = "Synced";
  app.health = "Healthy";
  app.unchanged_since = now - 10min;
  app.operation = OperationState{};
  app.operation->phase = "Succeeded";
  app.operation->started_at = now - 20min;
  app.operation->finished_at = now - 19min;
  return app;
}

inline DatabaseReading reading(const std::string& name, const std::string& database, const std::string& version) {
  DatabaseReading out;
  out.name = name;
  out.at = now;
  out.reach = Reach::ok;
  out.database = database;
  out.schema = TemporalSchema{};
  out.schema->version_table = out.schema->readable = out.schema->can_create = true;
  out.schema->versions = {{database, version, "1.0"}};
  out.schema->fingerprint = version;
  out.schema->tables = 5;
  return out;
}

inline StackDatabase database(const std::string& name, const std::string& dialect, const std::string& target) {
  StackDatabase out;
  out.name = name;
  out.dialect = dialect;
  out.target = target;
  return out;
}

// Things in flux, mutable by tests.
struct World {
  Stack stack;
  Snapshot snapshot;
  Time at = now;

  World() {
    stack.name = "temporal-dev";
    stack.ns = "argocd";
    stack.applications = {{"migrations", "migrate"}, {"runtime", "serve"}, {"bootstrap", "seed"}};
    stack.workload_namespace = "dev";
    stack.workload_selector = {{"app", "temporal"}};
    stack.databases = {database("default", "temporal", "1.18"), database("visibility", "temporal-visibility", "1.9")};
    stack.bootstrap.temporal_namespaces = {"orders"};
    snapshot.taken_at = now;
    snapshot.applications = {application("migrate"), application("serve"), application("seed")};
    snapshot.databases["default"] = reading("default", "temporal", "1.18");
    snapshot.databases["visibility"] = reading("visibility", "temporal_visibility", "1.9");
    TemporalSchema& schema = *snapshot.databases["default"].schema;
    schema.metadata_table = schema.namespaces_table = true;
    schema.metadata_rows = {2};
    schema.namespaces = {"orders", "temporal-system"};
    schema.namespaces_count = 2;
  }

  Application& app(const std::string& name) {
    return *std::find_if(snapshot.applications.begin(), snapshot.applications.end(), [&](const auto& a) { return a.ref.name == name; });
  }
  TemporalSchema& schema(const std::string& name = "default") { return *snapshot.databases.at(name).schema; }

  // Puts the Application's operation to work.
  Application& run(const std::string& name, Duration since = 1min) {
    Application& target = app(name);
    target.has_operation = true;
    target.operation->phase = "Running";
    target.operation->started_at = now - since;
    target.operation->finished_at.reset();
    return target;
  }

  // A hook Job of the migrations Application.
  Job& hook(const std::string& name = "schema-job") {
    Job job;
    job.ref = {"Job", "dev", name, "uid-" + name};
    job.tracking_app = "migrate";
    job.hook = true;
    job.created_at = now - 1min;
    snapshot.jobs.push_back(job);
    return snapshot.jobs.back();
  }

  Pod& pod_of(const Job& job, const std::string& phase) {
    Pod pod;
    pod.ref = {"Pod", "dev", job.ref.name + "-pod", "uid-pod"};
    pod.owner_kind = "Job";
    pod.owner_uid = job.ref.uid;
    pod.phase = phase;
    snapshot.pods.push_back(pod);
    return snapshot.pods.back();
  }

  Pod& workload_pod(const std::string& name, bool ready) {
    Pod pod;
    pod.ref = {"Pod", "dev", name, "uid-" + name};
    pod.labels = {{"app", "temporal"}};
    pod.owner_kind = "ReplicaSet";
    pod.phase = "Running";
    pod.ready = ready;
    snapshot.pods.push_back(pod);
    return snapshot.pods.back();
  }

  [[nodiscard]] Judgement ask(const std::string& fact, const Json& params, Subject subject = {}) const {
    Condition condition;
    condition.op = Condition::Op::fact;
    condition.fact = fact;
    condition.params = params;
    return judge(condition, {&stack, snapshot, subject, at});
  }
  [[nodiscard]] Truth truth(const std::string& fact, const Json& params, Subject subject = {}) const {
    return ask(fact, params, subject).truth;
  }
};

}  // namespace refloat::detect_test
