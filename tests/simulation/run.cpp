#include "simulation/run.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "cli/world.h"
#include "config/playbook_reader.h"
#include "journal/open_journal.h"
#include "sim/postgres_server.h"
#include "simulation/memory/memory_server.h"

namespace refloat::simulation {

namespace {

std::shared_ptr<PostgresServer> shared_server() {
  static const std::shared_ptr<PostgresServer> server = [] {
    auto started = PostgresServer::start({false, {"max_connections=200"}, {}});
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    return std::shared_ptr<PostgresServer>(std::move(*started));
  }();
  return server;
}

void allow(DemoStage& stage, const std::vector<Permission>& permissions) {
  const Json object = stage.cluster().admin().find("refloat.dev", "stacks", stage.names().argo_ns, "temporal-dev");
  Json allowed = object["spec"]["allow"];
  for (const Permission permission : permissions) allowed.push_back(to_string(permission));
  EXPECT_TRUE(stage.cluster().admin().patch(object, {{"spec", {{"allow", allowed}}}}).ok());
}

std::map<std::string, std::string> addresses(DemoStage& stage) {
  std::map<std::string, std::string> out;
  for (const std::string& entry : stage.addresses()) out[entry.substr(0, entry.find('='))] = entry.substr(entry.find('=') + 1);
  return out;
}

}  // namespace

std::unique_ptr<DemoStage> healthy_stage(const std::string& argo_ns, Databases databases) {
  static int count = 0;
  sim::TemporalNames names;
  const std::string suffix = std::to_string(++count);
  names.user += "_" + suffix;
  names.database += "_" + suffix;
  names.visibility_database = "visible_" + suffix;
  names.argo_ns = argo_ns;
  const bool model = databases == Databases::model;
  auto stage = DemoStage::start(model ? std::shared_ptr<SqlServer>(std::make_shared<MemoryServer>()) : shared_server(), names);
  EXPECT_TRUE(stage) << (stage ? "" : stage.error().message);
  return std::move(*stage);
}

Inputs inputs_of(DemoStage& stage, const std::vector<Permission>& also_allowed) {
  Inputs inputs;
  Diagnostics diagnostics;
  inputs.playbooks = built_in_playbooks(vocabulary(), diagnostics);
  if (!also_allowed.empty()) allow(stage, also_allowed);
  const Json object = stage.cluster().admin().find("refloat.dev", "stacks", stage.names().argo_ns, "temporal-dev");
  auto stack = read_stack_object(object, diagnostics);
  EXPECT_TRUE(stack && !diagnostics.has_errors()) << diagnostics.render();
  inputs.stacks = {std::move(*stack)};
  inputs.probe.addresses = addresses(stage);
  return inputs;
}

Life live(DemoStage& stage, const Inputs& inputs, Fate& fate) {
  World world = stage.world();
  MortalKube kube(*world.kube, fate);
  MortalDatabases databases(*world.databases, fate);
  Ports ports{kube, databases, *world.clock};
  const Stack& stack = inputs.stacks.front();
  auto journal = open_journal(*world.kube, *world.clock, stack);
  Life life;
  EXPECT_TRUE(journal) << (journal ? "" : journal.error().message);
  try {
    auto resumed = resume(ports, inputs, stack, **journal, {});
    if (!resumed || *resumed) {
      life.recovery = resumed ? Result<Recovery>(std::move(**resumed)) : Result<Recovery>(resumed.error());
      return life;
    }
    life.planned = make_plan(ports, inputs, stack, true);
    if (!life.planned || life.planned->plan.refused() || life.planned->plan.steps.empty()) return life;
    life.recovery = recover(ports, inputs, stack, life.planned->plan, **journal, {});
  } catch (const Died&) {
    life.died = true;
  }
  return life;
}

std::string databases_as_text(DemoStage& stage) {
  std::string out;
  for (const std::string& database : {stage.names().database, stage.names().visibility_database}) {
    for (const char* table : {"schema_version", "namespace_metadata", "namespaces", "schema_update_history"}) {
      const auto rows = stage.postgres().query(database, std::string("SELECT to_jsonb(t)::text FROM ") + table + " t ORDER BY 1");
      if (!rows) continue;
      for (const auto& row : *rows) out += database + "." + table + " " + row.front() + "\n";
    }
    const auto columns = stage.postgres().query(
        database, "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1");
    if (!columns) continue;
    for (const auto& row : *columns) out += row.front() + "\n";
  }
  return out;
}

}  // namespace refloat::simulation
