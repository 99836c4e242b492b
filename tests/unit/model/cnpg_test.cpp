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

TEST(Cnpg, a_revision_is_a_number_or_none) {
  EXPECT_EQ(revision_number("17"), 17);
  for (const char* text : {"", "x", "-1", "1x", "99999999999999999999"}) EXPECT_EQ(revision_number(text), 0) << text;
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
