#include "cli/demo/end_state.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/demo/stage.h"
#include "report/style.h"
#include "sim/control_plane.h"

namespace refloat {
namespace {

std::string first_cell(DemoStage& stage, const std::string& database, const std::string& sql) {
  const auto rows = stage.postgres().query(database, sql);
  return rows && !rows->empty() && !rows->front().empty() ? rows->front().front() : "none";
}

StateRow version_row(DemoStage& stage, const std::string& database, const std::string& target) {
  const std::string version = first_cell(stage, database, "SELECT curr_version FROM schema_version");
  return {"schema of " + database, version + " (target " + target + ")", version == target};
}

StateRow namespace_row(DemoStage& stage) {
  const std::string& name = stage.software().declared_namespaces.front();
  const bool there = first_cell(stage, stage.names().database, "SELECT count(*) FROM namespaces WHERE name = '" + name + "'") == "1";
  return {"Temporal namespace " + name, there ? "registered" : "missing", there};
}

StateRow pods_row(DemoStage& stage) {
  std::size_t all = 0;
  std::size_t ready = 0;
  for (const Json& pod : stage.cluster().admin().all("", "pods")) {
    if (at_path(pod, {"metadata", "labels"}).value("app.kubernetes.io/name", "") != "temporal") continue;
    ++all;
    if (sim::condition_true(pod, "Ready")) ++ready;
  }
  return {"pods of the service", std::to_string(ready) + " of " + std::to_string(all) + " ready", all > 0 && ready == all};
}

StateRow application_row(DemoStage& stage, const std::string& name) {
  const Json app = stage.stack().application(name);
  const std::string sync = text_at(app, {"status", "sync", "status"}, "Unknown");
  const std::string health = text_at(app, {"status", "health", "status"}, "Unknown");
  const std::string phase = text_at(app, {"status", "operationState", "phase"});
  const bool finished = phase != "Running" && phase != "Terminating" && phase != "Failed" && phase != "Error";
  return {"Application " + name, sync + ", " + health + (phase.empty() ? "" : ", last operation " + phase),
          sync == "Synced" && health == "Healthy" && finished};
}

}  // namespace

std::vector<StateRow> state_of(DemoStage& stage) {
  std::vector<StateRow> rows = {version_row(stage, stage.names().database, stage.software().schema),
                                version_row(stage, stage.names().visibility_database, stage.software().visibility_schema),
                                namespace_row(stage), pods_row(stage)};
  for (const std::string& name : stage.stack().applications()) rows.push_back(application_row(stage, name));
  return rows;
}

bool all_good(const std::vector<StateRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const StateRow& row) { return row.good; });
}

std::string state_text(const std::vector<StateRow>& rows, const TextStyle& style) {
  const Paint paint(style.colour);
  std::vector<std::vector<std::string>> cells;
  cells.reserve(rows.size());
  for (const StateRow& row : rows) cells.push_back({row.good ? paint.good("  ok") : paint.bad("  no"), row.what, row.state});
  return table(cells);
}

Json state_json(const std::string& incident, const std::vector<StateRow>& rows) {
  Json list = Json::array();
  for (const StateRow& row : rows) list.push_back({{"what", row.what}, {"state", row.state}, {"good", row.good}});
  return {{"kind", "DemoState"}, {"incident", incident}, {"good", all_good(rows)}, {"rows", list}};
}

}  // namespace refloat
