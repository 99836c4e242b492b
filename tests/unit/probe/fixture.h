// A Stack with one database, its Secrets, and a cluster that holds them.
#pragma once

#include "base/base64.h"
#include "probe/probe.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_databases.h"
#include "unit/support/fake_kube.h"

namespace refloat::test {

struct ProbeFixture {
  FakeKube kube;
  FakeDatabases databases;
  FakeClock clock;
  Stack stack;
  ProbeOptions options;
  Snapshot snapshot;

  ProbeFixture() {
    stack.name = "temporal-dev";
    stack.ns = "argocd";
    stack.workload_namespace = "app";
    deploy_into("app");
    StackDatabase database;
    database.name = "default";
    database.dialect = "temporal";
    database.connection.host = "pg-rw.app.svc";
    database.connection.database = "temporal";
    database.connection.secret = SecretKeys{};
    database.connection.secret->name = "env";
    stack.databases = {database};
    options.in_cluster = true;
    secret("env", {{"username", "temporal"}, {"password", "canary-env-1"}});
  }

  // The one Application of the Stack, deploying there.
  void deploy_into(const std::string& ns) {
    Application app;
    app.ref = {"Application", "argocd", "dev-temporal", "uid-dev-temporal"};
    app.destination_namespace = ns;
    snapshot.applications = {app};
  }
  StackDatabase& database() { return stack.databases[0]; }
  Connection& connection() { return stack.databases[0].connection; }
  void role_secret(const std::string& password, const std::string& user = "temporal") {
    database().role_secret = SecretKeys{};
    database().role_secret->name = "role";
    secret("role", {{"username", user}, {"password", password}});
  }
  void secret(const std::string& name, const std::map<std::string, std::string>& values) {
    Json data = Json::object();
    for (const auto& [key, value] : values) data[key] = base64_encode(value);
    kube.put("", "v1", "secrets", {{"metadata", {{"namespace", "app"}, {"name", name}}}, {"data", data}});
  }
  Result<DatabaseTarget> resolve() { return resolve_target(kube, stack, database(), options); }
  DatabaseReading& probe() {
    probe_databases(kube, databases, stack, options, clock, snapshot);
    return snapshot.databases.at("default");
  }
};

}  // namespace refloat::test
