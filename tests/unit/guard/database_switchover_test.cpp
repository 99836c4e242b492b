#include <gtest/gtest.h>

#include <string>

#include "guard/guardrail.h"
#include "model/cnpg_hosts.h"
#include "unit/guard/world.h"
#include "unit/support/healthy_stack.h"

namespace refloat {
namespace {

using namespace testing_support;  // NOLINT: the fixture's words

PostgresCluster healthy_cluster(const Stack& stack) {
  PostgresCluster cluster;
  cluster.ref = {"Cluster", stack.workload_namespace, "pg", "pg-uid"};
  cluster.phase = "Cluster in healthy state";
  cluster.ready = "True";
  cluster.current_primary = cluster.target_primary = "pg-1";
  return cluster;
}

// Whatever the Stack says of the host: a Secret or DSN may have named it.
void reach(World& w, const std::string& database, const std::string& host) {
  w.snapshot.databases[database].address = host + ":5432/temporal";
}

TEST(Guardrails, database_switchover_waits_until_the_primary_stands) {
  World w;
  w.repair_default();
  reach(w, "default", "pg-rw");
  w.snapshot.postgres_clusters = {healthy_cluster(w.stack)};
  EXPECT_TRUE(w.ask("database-switchover").allowed);
  PostgresCluster& cluster = w.snapshot.postgres_clusters[0];
  cluster.target_primary = "pg-2";
  const Decision d = w.ask("database-switchover");
  EXPECT_FALSE(d.allowed);
  EXPECT_TRUE(d.retry_at) << "it ends by itself";
  EXPECT_NE(d.reason.find("from pg-1 to pg-2"), std::string::npos) << d.reason;
  cluster.target_primary = "pg-1";
  cluster.ready = "False";
  cluster.phase = "Waiting for user action";
  EXPECT_TRUE(w.ask("database-switchover").allowed) << "that may last for days";
  cluster.phase = "Failing over";
  EXPECT_FALSE(w.ask("database-switchover").allowed);
}

TEST(Guardrails, database_switchover_holds_all_but_what_touches_no_database) {
  World w;
  reach(w, w.stack.databases.front().name, "pg-rw." + w.stack.workload_namespace + ".svc");
  w.snapshot.postgres_clusters = {healthy_cluster(w.stack)};
  w.snapshot.postgres_clusters[0].target_primary = "pg-2";
  for (const Phase phase : {Phase::migrate, Phase::restart, Phase::bootstrap}) {
    w.step.phase = phase;
    EXPECT_FALSE(w.ask("database-switchover").allowed) << to_string(phase);
  }
  for (const Phase phase : {Phase::unblock, Phase::verify}) {
    w.step.phase = phase;
    EXPECT_TRUE(w.ask("database-switchover").allowed) << to_string(phase);
  }
  w.repair_default();
  w.step.database = w.stack.databases.back().name;
  EXPECT_TRUE(w.ask("database-switchover").allowed) << "the repair is of a database that is elsewhere";
}

TEST(Guardrails, database_switchover_denies_where_the_host_is_not_known) {
  World w;
  w.repair_default();
  w.stack.databases.front().connection.host = "somewhere.example.com";
  w.snapshot.databases["default"].address.clear();
  const Decision d = w.ask("database-switchover");
  EXPECT_FALSE(d.allowed);
  EXPECT_TRUE(d.retry_at);
  EXPECT_NE(d.reason.find("host is not known"), std::string::npos) << d.reason;
  w.snapshot.databases.erase("default");
  EXPECT_FALSE(w.ask("database-switchover").allowed);
}

// A right that is missing for one database's Cluster says nothing about the others.
TEST(Guardrails, database_switchover_denies_what_concerns_a_cluster_that_could_not_be_read) {
  World w;
  w.snapshot.databases["default"].address = "pg-rw:5432/temporal";
  w.snapshot.unexamined = {{unread_clusters("dev"), "not allowed", ErrorKind::denied}};
  EXPECT_TRUE(w.ask("examined").allowed);
  w.step.database = "visibility";
  EXPECT_TRUE(w.ask("database-switchover").allowed);
  w.step.database = "default";
  EXPECT_FALSE(w.ask("database-switchover").allowed);
  w.step.phase = Phase::unblock;
  EXPECT_TRUE(w.ask("database-switchover").allowed);
  w.snapshot.unexamined.push_back({"jobs", "not allowed", ErrorKind::denied});
  EXPECT_FALSE(w.ask("examined").allowed);
}

}  // namespace
}  // namespace refloat
