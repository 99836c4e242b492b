#include "cli/demo/incidents.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/json.h"
#include "cli/demo/stage.h"
#include "sim/control_plane.h"

namespace refloat {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* first_version = "1.0";
constexpr int statements_up_to_the_row = 3;  // the first version inserts its metadata row as its third statement

Json hook_of(DemoStage& stage) {
  const auto& names = stage.names();
  return stage.cluster().admin().find("batch", "jobs", names.ns, names.prefix + names.hook_job);
}

Json operation_of(DemoStage& stage) {
  return at_path(stage.stack().application(stage.stack().migrations()), {"status", "operationState"});
}

bool has_rows(DemoStage& stage, const std::string& table) {
  const auto rows = stage.postgres().query(stage.names().database, "SELECT count(*) FROM " + table);
  return rows && !rows->empty() && rows->front().front() != "0";
}

bool crash_looping(DemoStage& stage) {
  const auto pods = stage.cluster().admin().all("", "pods");
  return std::any_of(pods.begin(), pods.end(), [](const Json& pod) {
    const Json& containers = at_path(pod, {"status", "containerStatuses"});
    return !containers.empty() && text_at(containers[0], {"state", "waiting", "reason"}) == "CrashLoopBackOff";
  });
}

bool wait_for_crash_loop(DemoStage& stage) {
  return stage.cluster().wait_for([&] { return crash_looping(stage); }, minutes(10));
}

bool wait_for_running_hook(DemoStage& stage) {
  const auto running = [&] {
    return int_at(hook_of(stage), {"status", "active"}) == 1 && text_at(operation_of(stage), {"phase"}) == "Running";
  };
  return stage.cluster().wait_for(running, minutes(5));
}

bool drop_databases(DemoStage& stage) {
  stage.stack().drop_databases();
  stage.stack().kill_pods();
  return wait_for_crash_loop(stage);
}

// The next migration dies right after it inserted the metadata row of the first version.
bool kill_migration_at_the_row(DemoStage& stage) {
  stage.stack().kill_migration(first_version, statements_up_to_the_row);
  stage.stack().start_sync(stage.stack().migrations());
  return stage.cluster().wait_for([&] { return has_rows(stage, "namespace_metadata"); }, minutes(10));
}

bool delete_running_hook(DemoStage& stage) {
  if (!wait_for_running_hook(stage)) return false;
  stage.cluster().advance(seconds(20));
  stage.stack().delete_hook();
  stage.restore_migrations();
  stage.cluster().advance(minutes(2));
  return sim::is_deleting(hook_of(stage));
}

bool partial_migration_and_stuck_hook(DemoStage& stage) {
  if (!drop_databases(stage) || !kill_migration_at_the_row(stage)) return false;
  stage.hang_migrations();
  return delete_running_hook(stage);
}

bool partial_migration(DemoStage& stage) {
  if (!drop_databases(stage) || !kill_migration_at_the_row(stage)) return false;
  const auto waits_for_retry = [&] { return operation_of(stage).contains("finishedAt"); };
  return stage.cluster().wait_for(waits_for_retry, minutes(10));
}

bool hook_stuck(DemoStage& stage) {
  stage.hang_migrations();
  stage.stack().start_sync(stage.stack().migrations());
  return delete_running_hook(stage);
}

bool foreign_finalizer(DemoStage& stage) {
  stage.hang_migrations();
  stage.stack().start_sync(stage.stack().migrations());
  if (!wait_for_running_hook(stage)) return false;
  stage.stack().hold_hook("backup.example.com/keep");
  return delete_running_hook(stage);
}

bool limbo(DemoStage& stage) {
  stage.hang_migrations();
  stage.stack().start_sync(stage.stack().migrations());
  if (!wait_for_running_hook(stage)) return false;
  stage.stack().null_operation(stage.stack().migrations());
  stage.restore_migrations();
  stage.cluster().advance(minutes(2));
  return text_at(operation_of(stage), {"phase"}) == "Running";
}

bool namespaces_lost(DemoStage& stage) {
  const std::string declared = stage.software().declared_namespaces.front();
  const auto deleted = stage.postgres().execute(stage.names().database, "DELETE FROM namespaces WHERE name = '" + declared + "'");
  stage.cluster().advance(minutes(2));
  return deleted.has_value();
}

bool wrong_password(DemoStage& stage) {
  stage.stack().change_secret(stage.names().env_secret, "generated-anew");
  stage.stack().kill_pods();
  return wait_for_crash_loop(stage);
}

bool version_reset(DemoStage& stage) {
  stage.stack().reset_version("0.0");
  stage.stack().kill_pods();
  return wait_for_crash_loop(stage);
}

bool closed_window(DemoStage& stage) {
  stage.stack().close_window("24h");
  return drop_databases(stage);
}

bool healthy(DemoStage& /*stage*/) {
  return true;
}

}  // namespace

const std::vector<Incident>& all_incidents() {
  static const std::vector<Incident> incidents = {
      {"partial-migration-and-stuck-hook",
       "the databases are recreated empty; the migration dies half-way through its first version; its hook Job is deleted while the sync "
       "waits for it",
       partial_migration_and_stuck_hook},
      {"schema-missing", "both databases are dropped and recreated empty under the live service", drop_databases},
      {"partial-migration", "as above, and the new migration dies right after inserting its one metadata row; Argo CD retries in vain",
       partial_migration},
      {"hook-stuck", "the hook Job is deleted while its sync waits for it", hook_stuck},
      {"limbo", "somebody sets the running operation to null", limbo},
      {"namespaces-lost", "the namespace that the bootstrap Job registered is gone; the Job still says Complete", namespaces_lost},
      {"wrong-password", "the Secret that the service logs in with is generated anew", wrong_password},
      {"version-reset", "somebody resets the recorded schema version to 0.0 over a schema in use", version_reset},
      {"foreign-finalizer", "the deleted hook Job is held by a finalizer that is not Argo CD's", foreign_finalizer},
      {"closed-window", "the databases are recreated empty while a sync window is closed", closed_window},
      {"healthy", "nothing happens", healthy}};
  return incidents;
}

const Incident* find_incident(const std::string& name) {
  const auto& incidents = all_incidents();
  const auto found = std::find_if(incidents.begin(), incidents.end(), [&](const Incident& incident) { return name == incident.name; });
  return found == incidents.end() ? nullptr : &*found;
}

}  // namespace refloat
