// A Temporal stack on a real PostgreSQL: health and breakage emerge from Argo CD, Jobs, pods and the databases.
#include "sim/temporal_stack.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "sim/cluster.h"
#include "sim/postgres_server.h"
#include "sim/sim_kube.h"
#include "sim/temporal_programs.h"

namespace refloat::sim {
namespace {

using namespace std::chrono_literals;

class SimTemporal : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = PostgresServer::start({});
    ASSERT_TRUE(started) << started.error().message;
    postgres = std::move(*started);
  }
  static void TearDownTestSuite() { postgres.reset(); }

  void SetUp() override {
    static int stacks = 0;
    const std::string suffix = std::to_string(++stacks);
    names.user += suffix;
    names.database += suffix;
    names.visibility_database += suffix;
    const Result<> made = create_temporal_databases(*postgres, names);
    ASSERT_TRUE(made) << made.error().message;
    software->connection = [](const std::string& user, const std::string& password, const std::string& database) {
      return postgres->connection(user, password, database);
    };
    stack = std::make_unique<TemporalStack>(cluster, names, temporal_programs(software), database_effects(*postgres, names, software));
  }
  std::string version() {
    auto rows = postgres->query(names.database, "SELECT curr_version FROM schema_version");
    return rows && !rows->empty() ? (*rows)[0][0] : "";
  }
  std::string declared() {
    auto rows = postgres->query(names.database, "SELECT count(*) FROM namespaces WHERE name = 'default'");
    return rows && !rows->empty() ? (*rows)[0][0] : "";
  }
  bool crash_loops() {
    for (const Json& pod : cluster.admin().all("", "pods")) {
      const Json& containers = at_path(pod, {"status", "containerStatuses"});
      if (!containers.empty() && text_at(containers[0], {"state", "waiting", "reason"}) == "CrashLoopBackOff") {
        return true;
      }
    }
    return false;
  }
  std::string phase(const std::string& app) { return text_at(stack->application(app), {"status", "operationState", "phase"}); }
  std::string dump() {
    std::string text;
    for (const std::string& name : stack->applications()) {
      text += stack->application(name)->dump(1) + "\n";
    }
    return text;
  }

  static std::unique_ptr<PostgresServer> postgres;
  Cluster cluster;
  TemporalNames names;
  std::shared_ptr<TemporalSoftware> software = std::make_shared<TemporalSoftware>();
  std::unique_ptr<TemporalStack> stack;
};
std::unique_ptr<PostgresServer> SimTemporal::postgres;

TEST_F(SimTemporal, FreshStackConvergesByItself) {
  ASSERT_TRUE(stack->wait_until_healthy(10min)) << dump();
  EXPECT_EQ(version(), "1.18");
  EXPECT_EQ(declared(), "1");
  const Time healthy = cluster.now();
  cluster.advance(30min);
  EXPECT_TRUE(stack->healthy()) << "and stays so";
  EXPECT_GT(cluster.now(), healthy);
}

TEST_F(SimTemporal, DroppedDatabasesAreNeverRepairedByArgoCd) {
  ASSERT_TRUE(stack->wait_until_healthy(10min)) << dump();
  stack->drop_databases();
  ASSERT_TRUE(cluster.wait_for([&] { return crash_loops(); }, 5min));
  cluster.advance(20min);
  EXPECT_FALSE(stack->healthy());
  EXPECT_EQ(text_at(stack->application(stack->migrations()), {"status", "sync", "status"}), "Synced");
  EXPECT_EQ(text_at(stack->application(stack->bootstrap()), {"status", "health", "status"}), "Healthy");
  EXPECT_EQ(version(), "");
}

TEST_F(SimTemporal, KilledMigrationFailsOnItsOwnRow) {
  stack->kill_migration("1.0", 3);
  ASSERT_TRUE(cluster.wait_for(
      [&] { return at_path(stack->application(stack->migrations()), {"status", "operationState"}).contains("finishedAt"); }, 10min))
      << dump();
  EXPECT_EQ(phase(stack->migrations()), "Running");
  EXPECT_EQ(version(), "0.0");
  bool said = false;
  SimKube kube(cluster, "reader");
  for (const Json& pod : cluster.admin().all("", "pods")) {
    auto log = kube.logs(names.ns, text_at(pod, {"metadata", "name"}), {});
    said = said || (log && log->find("namespace_metadata_pkey") != std::string::npos);
  }
  EXPECT_TRUE(said);
  ASSERT_TRUE(postgres->execute(names.database, "DELETE FROM namespace_metadata"));
  EXPECT_TRUE(stack->wait_until_healthy(20min)) << "once the row is gone the next retry succeeds\n" << dump();
}

TEST_F(SimTemporal, DeletedHookHangsTheOperation) {
  ASSERT_TRUE(stack->wait_until_healthy(10min));
  stack->set_migrate_program(keeps_running({"waiting"}));
  stack->start_sync(stack->migrations());
  const auto hook = [&] { return cluster.admin().find("batch", "jobs", names.ns, names.prefix + names.hook_job); };
  ASSERT_TRUE(cluster.wait_for([&] { return int_at(hook(), {"status", "active"}) == 1 && phase(stack->migrations()) == "Running"; }, 2min));
  stack->delete_hook();
  cluster.advance(30min);
  EXPECT_EQ(phase(stack->migrations()), "Running");
  EXPECT_TRUE(is_deleting(hook()));
  stack->null_operation(stack->migrations());
  cluster.advance(10min);
  EXPECT_EQ(phase(stack->migrations()), "Running") << "limbo";
  EXPECT_FALSE(stack->application(stack->migrations()).contains("operation"));
}

TEST_F(SimTemporal, WrongPasswordKeepsTheServerDown) {
  ASSERT_TRUE(stack->wait_until_healthy(10min));
  stack->change_secret(names.env_secret, "other");
  stack->kill_pods();
  ASSERT_TRUE(cluster.wait_for([&] { return crash_loops(); }, 5min));
  EXPECT_FALSE(stack->healthy());
}

}  // namespace
}  // namespace refloat::sim
