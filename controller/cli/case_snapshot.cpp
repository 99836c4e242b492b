#include "cli/case_snapshot.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "argo/client/application.h"
#include "base/diagnostics.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "config/playbook_reader.h"
#include "kube/cnpg_objects.h"
#include "kube/objects.h"
#include "model/application.h"
#include "model/credential_reading.h"
#include "model/database_reading.h"
#include "model/log_reading.h"
#include "model/snapshot.h"
#include "model/strict_object.h"

namespace refloat {
namespace {

// A list of Kubernetes objects, each parsed by `parse`.
template <class T>
Result<> read_objects(const Json& list, T (*parse)(const Json&), std::vector<T>& out, const char* what) {
  if (list.is_null()) return ok();
  if (!list.is_array()) return Error{ErrorKind::invalid, std::string("snapshot.") + what + " must be a list of objects"};
  for (const Json& object : list) {
    if (text_at(object, {"metadata", "name"}).empty())
      return Error{ErrorKind::invalid, std::string("an object in snapshot.") + what + " has no metadata.name"};
    out.push_back(parse(object));
  }
  return ok();
}

// A map of readings by the Stack's name of the database.
template <class T>
Result<> read_readings(const Json& map, Result<T> (*parse)(const Json&), std::map<std::string, T>& out, const char* what) {
  if (map.is_null()) return ok();
  if (!map.is_object()) return Error{ErrorKind::invalid, std::string("snapshot.") + what + " must be a map by name"};
  for (const auto& [name, json] : map.items()) {
    auto reading = parse(json);
    if (!reading) return reading.error().wrap(std::string("snapshot.") + what + "." + name);
    out[name] = std::move(*reading);
  }
  return ok();
}

Result<LogReading> read_log(const Json& json) {
  LogReading log;
  StrictObject object(json, "log");
  object.text("pod", log.pod);
  object.text("container", log.container);
  object.boolean("previous", log.previous);
  object.time("at", log.at);
  object.texts("lines", log.lines);
  if (auto whole = object.finish(); !whole) return whole.error();
  return log;
}

Result<Unexamined> read_gap(const Json& json) {
  Unexamined gap;
  StrictObject object(json, "unexamined");
  object.text("what", gap.what);
  object.text("why", gap.why);
  if (auto whole = object.finish(); !whole) return whole.error();
  return gap;
}

template <class T>
Result<> read_list(const Json& list, Result<T> (*parse)(const Json&), std::vector<T>& out, const char* what) {
  if (list.is_null()) return ok();
  if (!list.is_array()) return Error{ErrorKind::invalid, std::string("snapshot.") + what + " must be a list"};
  for (const Json& json : list) {
    auto value = parse(json);
    if (!value) return value.error().wrap(std::string("snapshot.") + what);
    out.push_back(std::move(*value));
  }
  return ok();
}

Application read_application(const Json& object) {
  Application application = parse_application(object);
  application.unchanged_since = parse_time(text_at(object, {"unchangedSince"}));
  return application;
}

Result<> read_snapshot(const Json& json, Snapshot& snapshot) {
  StrictObject parts(json, "snapshot");
  const auto take = [&](const Result<>& done) {
    if (!done) parts.fail(done.error());
  };
  take(read_objects(parts.member("applications"), read_application, snapshot.applications, "applications"));
  take(read_objects(parts.member("projects"), parse_project, snapshot.projects, "projects"));
  take(read_objects(parts.member("jobs"), parse_job, snapshot.jobs, "jobs"));
  take(read_objects(parts.member("pods"), parse_pod, snapshot.pods, "pods"));
  take(read_objects(parts.member("workloads"), parse_workload, snapshot.workloads, "workloads"));
  take(read_objects(parts.member("replicaSets"), parse_replica_set, snapshot.replica_sets, "replicaSets"));
  take(read_objects(parts.member("nodes"), parse_node, snapshot.nodes, "nodes"));
  take(read_objects(parts.member("claims"), parse_claim, snapshot.claims, "claims"));
  take(read_objects(parts.member("applicationSets"), parse_application_set, snapshot.application_sets, "applicationSets"));
  take(read_objects(parts.member("postgresClusters"), parse_postgres_cluster, snapshot.postgres_clusters, "postgresClusters"));
  take(read_objects(parts.member("postgresDatabases"), parse_postgres_database, snapshot.postgres_databases, "postgresDatabases"));
  take(read_objects(parts.member("postgresPoolers"), parse_postgres_pooler, snapshot.postgres_poolers, "postgresPoolers"));
  take(read_readings(parts.member("databases"), database_reading_from_json, snapshot.databases, "databases"));
  take(read_readings(parts.member("credentials"), credential_reading_from_json, snapshot.credentials, "credentials"));
  take(read_list(parts.member("logs"), read_log, snapshot.logs, "logs"));
  take(read_list(parts.member("unexamined"), read_gap, snapshot.unexamined, "unexamined"));
  return parts.finish();
}

Result<> read_stack(const Json& json, Situation& situation) {
  if (json.is_null()) return ok();
  Diagnostics diagnostics;
  situation.stack = read_stack_object(json, diagnostics);
  if (situation.stack) return ok();
  const Diagnostic& first = diagnostics.all().front();
  return Error{ErrorKind::invalid, "stack: " + first.message, first.hint};
}

}  // namespace

Result<Situation> read_situation(const Json& json) {
  Situation situation;
  StrictObject whole(json, "situation");
  std::string now;
  whole.text("now", now);
  const auto time = parse_time(now);
  if (!time) return Error{ErrorKind::invalid, "'now' must be a time", "write it as \"2025-12-03T10:33:00Z\""};
  situation.now = *time;
  situation.snapshot.taken_at = *time;
  if (auto stack = read_stack(whole.member("stack"), situation); !stack) return stack.error();
  if (auto snapshot = read_snapshot(whole.member("snapshot"), situation.snapshot); !snapshot) return snapshot.error();
  if (auto done = whole.finish(); !done) return done.error();
  return situation;
}

}  // namespace refloat
