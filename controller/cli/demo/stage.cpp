#include "cli/demo/stage.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/engine.h"
#include "model/api_version.h"
#include "sim/postgres_server.h"
#include "sim/program.h"
#include "sim/sim_kube.h"
#include "sim/sql_session.h"
#include "sim/temporal_programs.h"
#include "sim/temporal_stack.h"

namespace refloat {
namespace {

constexpr const char* service_host = "postgres-ameide-rw";

// The simulated cluster owns time; a World owns its clock: this one only passes calls on.
class BorrowedClock final : public Clock {
 public:
  explicit BorrowedClock(Clock& clock) : clock_(clock) {}
  Time now() const override { return clock_.now(); }
  void wait_until(Time until) override { clock_.wait_until(until); }

 private:
  Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<DemoStage>> DemoStage::start(std::shared_ptr<SqlServer> server, sim::TemporalNames names) {
  std::unique_ptr<DemoStage> stage(new DemoStage());
  stage->postgres_ = std::move(server);
  stage->names_ = std::move(names);
  if (auto built = stage->build(); !built) return built.error();
  return stage;
}

Result<> DemoStage::start_postgres() {
  if (postgres_) return ok();
  auto server = PostgresServer::start({});
  if (!server) return server.error().wrap("start PostgreSQL for the demo");
  postgres_ = std::move(*server);
  return ok();
}

Result<> DemoStage::build() {
  if (auto started = start_postgres(); !started) return started;
  if (auto made = sim::create_temporal_databases(*postgres_, names_); !made) return made.error();
  software_->connection = [this](const std::string& user, const std::string& password, const std::string& database) {
    return postgres_->connection(user, password, database);
  };
  software_->open = postgres_->opener();
  stack_ = std::make_unique<sim::TemporalStack>(cluster_, names_, sim::temporal_programs(software_),
                                                sim::database_effects(*postgres_, names_, software_));
  cluster_.admin().create(stack_object());
  if (!stack_->wait_until_healthy(std::chrono::minutes(30))) {
    if (interrupted()) return Error{ErrorKind::timed_out, "demo: interrupted while its cluster was being made"};
    return Error{ErrorKind::timed_out, "demo: the simulated stack did not become healthy",
                 "this is a defect of the simulator; please report it"};
  }
  cluster_.advance(std::chrono::minutes(5));
  return ok();
}

World DemoStage::world() {
  World world;
  world.kube = std::make_unique<sim::SimKube>(cluster_, "refloat");
  world.databases = postgres_->access();
  world.clock = std::make_unique<BorrowedClock>(cluster_.clock());
  world.cluster = "simulated cluster";
  return world;
}

std::vector<std::string> DemoStage::addresses() const {
  const std::string address = postgres_->host() + ":" + std::to_string(postgres_->port());
  return {"default=" + address, "visibility=" + address};
}

void DemoStage::hang_migrations() {
  stack_->set_migrate_program(sim::keeps_running({"waiting for postgres-ameide-rw:5432 ..."}));
}

void DemoStage::restore_migrations() {
  stack_->set_migrate_program(sim::temporal_programs(software_).migrate);
}

Json DemoStage::database_object(const char* name, const char* dialect, const std::string& target, const std::string& database) const {
  return {{"name", name},
          {"dialect", dialect},
          {"target", target},
          {"connection",
           {{"host", service_host + ("." + names_.ns) + ".svc"}, {"database", database}, {"secret", {{"name", names_.env_secret}}}}},
          {"roleSecret", {{"name", names_.credentials_secret}}}};
}

Json DemoStage::stack_object() const {
  Json object{{"apiVersion", our_api_version}, {"kind", "Stack"}, {"metadata", {{"name", "temporal-dev"}, {"namespace", names_.argo_ns}}}};
  Json& spec = object["spec"];
  spec["mode"] = "Approve";
  spec["applications"] = {{"migrations", stack_->migrations()}, {"runtime", stack_->runtime()}, {"bootstrap", stack_->bootstrap()}};
  spec["workloads"] = {{"namespace", names_.ns}, {"selector", {{"app.kubernetes.io/name", "temporal"}}}};
  spec["bootstrap"] = {{"expect", {{"temporalNamespaces", software_->declared_namespaces}}}};
  spec["databases"] = {database_object("default", "temporal", software_->schema, names_.database),
                       database_object("visibility", "temporal-visibility", software_->visibility_schema, names_.visibility_database)};
  spec["allow"] = {"deleteRows"};
  return object;
}

}  // namespace refloat
