#include "simulation/breaks.h"

#include <chrono>

#include "sim/control_plane.h"
#include "sim/temporal_tool.h"

namespace refloat::simulation {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

template <const char* Name>
bool demo_incident(DemoStage& stage) {
  return find_incident(Name)->strike(stage);
}

constexpr char partial_and_stuck[] = "partial-migration-and-stuck-hook";
constexpr char schema_missing[] = "schema-missing";
constexpr char partial[] = "partial-migration";
constexpr char hook_stuck[] = "hook-stuck";
constexpr char limbo[] = "limbo";
constexpr char namespaces_lost[] = "namespaces-lost";

bool sql(DemoStage& stage, const std::string& text) {
  const auto done = stage.postgres().execute(stage.names().database, text);
  return done.has_value();
}

bool restart_pods(DemoStage& stage) {
  stage.stack().kill_pods();
  stage.cluster().advance(minutes(3));
  return true;
}

// Empty databases, then the tool up to a point, as an earlier release or a killed pod left them.
bool migrate_until(DemoStage& stage, const std::string& target, const std::optional<KillPoint>& kill) {
  stage.stack().drop_databases();
  const auto& n = stage.names();
  const ToolTarget main{stage.postgres().connection(n.user, n.password, n.database), n.database, "temporal", stage.postgres().opener()};
  const ToolTarget visibility{stage.postgres().connection(n.user, n.password, n.visibility_database), n.visibility_database,
                              "temporal-visibility", stage.postgres().opener()};
  setup_schema(main);
  update_schema(main, target, kill);
  setup_schema(visibility);
  update_schema(visibility);
  return restart_pods(stage);
}

bool behind(DemoStage& stage) {
  return migrate_until(stage, "1.17", std::nullopt);
}
bool interrupted_with_drop(DemoStage& stage) {
  return migrate_until(stage, "1.18", KillPoint{"1.13", statements_in("temporal", "1.13")});
}
bool metadata_row_lost(DemoStage& stage) {
  return sql(stage, "DELETE FROM namespace_metadata") && restart_pods(stage);
}
bool restored_under_other_name(DemoStage& stage) {
  return sql(stage, "UPDATE schema_version SET db_name = 'before'") && restart_pods(stage);
}

bool start_hanging_sync(DemoStage& stage) {
  stage.hang_migrations();
  stage.stack().start_sync(stage.stack().migrations());
  stage.cluster().advance(seconds(40));
  return true;
}

bool hook_vanished(DemoStage& stage) {
  start_hanging_sync(stage);
  stage.stack().remove_hook();
  stage.restore_migrations();
  stage.cluster().advance(minutes(2));
  return true;
}

// A sync that was begun by a set which begins another as soon as one ends: there is no moment without an operation.
bool synced_again_and_again(DemoStage& stage) {
  if (!demo_incident<partial>(stage)) return false;
  sim::ControlPlane& admin = stage.cluster().admin();
  admin.remove(admin.find("", "configmaps", stage.names().ns, stage.names().prefix + "temporal-migrations-target"), "Background");
  stage.stack().write_phase(stage.stack().migrations(), "Terminating");
  stage.cluster().advance(minutes(2));
  return true;
}

// Somebody suspended the hook Job: it has no pod, no end, and Argo CD waits for it for ever.
bool operation_stuck(DemoStage& stage) {
  start_hanging_sync(stage);
  sim::ControlPlane& admin = stage.cluster().admin();
  const Json hook = admin.find("batch", "jobs", stage.names().ns, stage.names().prefix + stage.names().hook_job);
  if (!admin.patch(hook, {{"spec", {{"suspend", true}}}}).ok()) return false;
  stage.restore_migrations();
  stage.cluster().advance(minutes(20));
  return true;
}

// The bootstrap Job gave up before it registered anything.
bool bootstrap_failed(DemoStage& stage) {
  if (!sql(stage, "DELETE FROM namespaces WHERE name = '" + stage.software().declared_namespaces.front() + "'")) return false;
  sim::ControlPlane& admin = stage.cluster().admin();
  const Json job = admin.find("batch", "jobs", stage.names().ns, stage.names().prefix + stage.names().bootstrap_job);
  Json status = {{"failed", 2}, {"startTime", format_time(stage.cluster().now())}, {"conditions", Json::array()}};
  sim::set_condition(status, "Failed", true, "BackoffLimitExceeded", "Job has reached the specified backoff limit", stage.cluster().now());
  admin.set_status(job, status);
  stage.cluster().advance(minutes(2));
  return !job.is_null();
}

}  // namespace

const std::vector<Break>& recoverable_breaks() {
  static const std::vector<Break> breaks = {
      {"partial migration and stuck hook", demo_incident<partial_and_stuck>, {}, "migration-partial"},
      {"schema missing", demo_incident<schema_missing>, {}, "schema-version-missing"},
      {"partial migration in back-off", demo_incident<partial>, {}, "migration-partial"},
      {"partial migration that is synced again and again", synced_again_and_again, {}, "migration-partial"},
      {"hook stuck", demo_incident<hook_stuck>, {}, "hook-stuck-terminating"},
      {"limbo", demo_incident<limbo>, {}, "operation-limbo"},
      {"namespaces lost", demo_incident<namespaces_lost>, {}, "bootstrap-lost"},
      {"schema behind", behind, {}, "schema-behind"},
      {"migration interrupted after a drop", interrupted_with_drop, {Permission::alter_schema}, "migration-interrupted"},
      {"metadata row lost", metadata_row_lost, {Permission::insert_rows}, "namespace-metadata-missing"},
      {"restored under another name", restored_under_other_name, {Permission::update_version_row}, "schema-restored-under-other-name"},
      {"hook vanished", hook_vanished, {}, "hook-vanished"},
      {"operation stuck", operation_stuck, {}, "operation-stuck"},
      {"bootstrap failed", bootstrap_failed, {}, "bootstrap-job-failed"},
  };
  return breaks;
}

}  // namespace refloat::simulation
