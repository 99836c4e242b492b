// What the demo plays on: a real PostgreSQL (tests may bring another server), and a simulated cluster with Argo CD and a Temporal stack in
// it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/engine.h"
#include "sim/cluster.h"
#include "sim/sql_session.h"
#include "sim/temporal_programs.h"
#include "sim/temporal_stack.h"

namespace refloat {

class DemoStage {
 public:
  // Starts everything and lets it become healthy. Tests bring a server of their own and names that keep many stages on it apart.
  static Result<std::unique_ptr<DemoStage>> start(std::shared_ptr<SqlServer> server = nullptr, sim::TemporalNames names = {});

  sim::Cluster& cluster() { return cluster_; }
  sim::TemporalStack& stack() { return *stack_; }
  SqlServer& postgres() { return *postgres_; }
  [[nodiscard]] const sim::TemporalNames& names() const { return names_; }
  [[nodiscard]] const sim::TemporalSoftware& software() const { return *software_; }

  // The outside as a command sees it; must not outlive the stage.
  World world();
  // Values of --database-address, because the databases' Service names mean nothing outside the simulated cluster.
  [[nodiscard]] std::vector<std::string> addresses() const;

  // The migration's container hangs like one that waits for something, until it is restored.
  void hang_migrations();
  void restore_migrations();
  // Real milliseconds that one simulated second takes from now on.
  void set_pace(double real_ms_per_second) { cluster_.clock().set_pace(real_ms_per_second); }

 private:
  DemoStage() = default;
  Result<> start_postgres();
  Result<> build();
  [[nodiscard]] Json stack_object() const;
  [[nodiscard]] Json database_object(const char* name, const char* dialect, const std::string& target, const std::string& database) const;

  sim::TemporalNames names_;
  std::shared_ptr<SqlServer> postgres_;
  std::shared_ptr<sim::TemporalSoftware> software_ = std::make_shared<sim::TemporalSoftware>();
  sim::Cluster cluster_;
  std::unique_ptr<sim::TemporalStack> stack_;
};

}  // namespace refloat
