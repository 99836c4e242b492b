#include "model/cnpg.h"

#include <gtest/gtest.h>

#include <string>

#include "model/replica_set.h"
#include "model/snapshot.h"

namespace refloat {
namespace {

std::string cluster_of(const std::string& host, const std::string& secret = "") {
  const auto found = cnpg_cluster_of(host, secret, "work");
  return found ? found->ns + "/" + found->name : "";
}

TEST(Cnpg, a_cluster_is_known_by_its_services_and_secrets) {
  EXPECT_EQ(cluster_of("pg-main-rw.data.svc"), "data/pg-main");
  EXPECT_EQ(cluster_of("pg-main-rw.data.svc.cluster.local"), "data/pg-main");
  EXPECT_EQ(cluster_of("pg-rw"), "work/pg");
  EXPECT_EQ(cluster_of("pg-ro.data"), "data/pg");
  EXPECT_EQ(cluster_of("", "pg-app"), "work/pg");
}

TEST(Cnpg, a_host_elsewhere_is_none) {
  for (const char* host : {"10.0.0.1", "postgres.data.svc", "-rw", "db-rw.eu-west-1.rds.example.com", "2001:db8::1"}) {
    EXPECT_EQ(cluster_of(host, "pg-app"), "") << host;
  }
  EXPECT_EQ(cluster_of("", "temporal-db-env"), "");
}

std::string reached(const std::string& address) {
  DatabaseReading reading;
  reading.address = address;
  std::string names;
  for (const PostgresClusterName& each : cnpg_clusters_of(reading, "work")) names += each.ns + "/" + each.name + " ";
  return names;
}

TEST(Cnpg, what_was_reached_tells_the_cluster_wherever_the_name_of_the_host_came_from) {
  EXPECT_EQ(reached("pg-rw:5432/temporal"), "work/pg ");
  EXPECT_EQ(reached("PG-RW.Data.svc.cluster.local.:5432/temporal"), "data/pg ");
  EXPECT_EQ(reached("pg-rw.data.svc:5432/temporal (dialled at 127.0.0.1)"), "data/pg ");
  EXPECT_EQ(reached("a-rw,b-rw.data:5432/temporal"), "data/b work/a ");
  for (const char* address : {"", "postgres:5432/temporal", "10.0.0.1:5432/x-rw", "2001:db8::1:5432/temporal"}) {
    EXPECT_EQ(reached(address), "") << address;
  }
}

PostgresCluster steady() {
  PostgresCluster cluster;
  cluster.ref.name = "pg";
  cluster.phase = "Cluster in healthy state";
  cluster.ready = "True";
  cluster.current_primary = cluster.target_primary = "pg-1";
  return cluster;
}

TEST(Cnpg, a_switchover_is_a_primary_that_is_to_be_another_or_a_phase_that_says_so) {
  EXPECT_EQ(switchover_of(steady()), "");
  PostgresCluster cluster = steady();
  cluster.target_primary = "pg-2";
  EXPECT_NE(switchover_of(cluster), "");
  cluster.target_primary = "pending";  // a failover that has not chosen yet
  EXPECT_NE(switchover_of(cluster), "");
  for (const char* phase : {"Switchover in progress", "Failing over"}) {
    cluster = steady();
    cluster.phase = phase;
    EXPECT_NE(switchover_of(cluster), "") << phase;
  }
}

// An update that waits for a person leaves it so for days.
TEST(Cnpg, not_to_be_ready_is_no_switchover) {
  PostgresCluster cluster = steady();
  for (const char* phase : {"Waiting for user action", "Creating a new replica", "Upgrading cluster", "Cluster upgrade delayed", ""}) {
    for (const char* ready : {"False", "Unknown", ""}) {
      cluster.phase = phase;
      cluster.ready = ready;
      EXPECT_EQ(switchover_of(cluster), "") << phase << " " << ready;
    }
  }
}

TEST(Cnpg, a_pod_leads_to_its_revision) {
  Snapshot snapshot;
  for (const int revision : {1, 3, 2}) {
    ReplicaSet set;
    set.ref = {"ReplicaSet", "app", "front-" + std::to_string(revision), "uid-" + std::to_string(revision)};
    set.owner_kind = "Deployment";
    set.owner_uid = "front-uid";
    set.revision = revision;
    snapshot.replica_sets.push_back(set);
  }
  Pod pod;
  pod.ref = {"Pod", "app", "front-2-x", "pod-uid"};
  pod.owner_kind = "ReplicaSet";
  pod.owner_uid = "uid-2";
  Workload front;
  front.ref = {"Deployment", "app", "front", "front-uid"};
  ASSERT_NE(snapshot.replica_set_of(pod), nullptr);
  EXPECT_EQ(snapshot.replica_set_of(pod)->revision, 2);
  ASSERT_NE(snapshot.current_replica_set(front), nullptr);
  EXPECT_EQ(snapshot.current_replica_set(front)->revision, 3);
  pod.owner_uid = "another";
  EXPECT_EQ(snapshot.replica_set_of(pod), nullptr);
}

}  // namespace
}  // namespace refloat
