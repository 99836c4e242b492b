// What a look reads that only the databases' own Secrets lead to.
#include "reconcile/look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/base64.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_databases.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

struct LookAt : testing::Test {
  test::FakeKube kube;
  test::FakeDatabases databases;
  test::FakeClock clock;
  Ports ports{kube, databases, clock};
  Inputs inputs;
  Stack stack;

  LookAt() {
    inputs.probe.in_cluster = true;
    databases.passwords = {{"temporal", "canary"}};
    stack.name = "orders";
    stack.ns = "argocd";
    stack.workload_namespace = "dev";
    stack.applications = {{"migrations", "m"}};
    stack.databases.resize(1);
    stack.databases[0].name = "default";
    stack.databases[0].connection.secret.emplace().name = "db-env";
    kube.put("argoproj.io", "v1alpha1", "applications",
             {{"apiVersion", "argoproj.io/v1alpha1"},
              {"kind", "Application"},
              {"metadata", {{"namespace", "argocd"}, {"name", "m"}}},
              {"spec", {{"project", "default"}, {"destination", {{"server", "https://kubernetes.default.svc"}, {"namespace", "dev"}}}}}});
    kube.put("postgresql.cnpg.io", "v1", "clusters",
             {{"metadata", {{"namespace", "dev"}, {"name", "pg"}}}, {"status", {{"currentPrimary", "pg-1"}, {"targetPrimary", "pg-2"}}}});
  }
  void put_secret(const Json& values) {
    Json data = Json::object();
    for (const auto& [key, value] : values.items()) data[key] = base64_encode(value.get<std::string>());
    kube.put("", "v1", "secrets", {{"metadata", {{"namespace", "dev"}, {"name", "db-env"}}}, {"data", data}});
  }
  Snapshot look_now() {
    Seen seen;
    const auto seen_now = look(ports, inputs, stack, seen, false);
    EXPECT_TRUE(seen_now) << seen_now.error().message;
    return seen_now ? seen_now->snapshot : Snapshot{};
  }
};

TEST_F(LookAt, the_cluster_of_a_host_that_a_secrets_key_names_is_read) {
  put_secret({{"username", "temporal"}, {"password", "canary"}, {"host", "pg-rw"}, {"dbname", "temporal"}});
  const Snapshot snapshot = look_now();
  ASSERT_EQ(snapshot.postgres_clusters.size(), 1U) << snapshot.databases.at("default").detail;
  EXPECT_EQ(snapshot.postgres_clusters[0].target_primary, "pg-2");
}

TEST_F(LookAt, so_is_that_of_a_host_in_a_dsn) {
  stack.databases[0].connection.secret->dsn_key = "uri";
  put_secret({{"uri", "postgresql://temporal:canary@pg-rw.dev.svc:5432/temporal"}});
  EXPECT_EQ(look_now().postgres_clusters.size(), 1U);
}

TEST_F(LookAt, what_the_stack_names_itself_is_read_once) {
  stack.databases[0].connection.host = "pg-rw";
  put_secret({{"username", "temporal"}, {"password", "canary"}, {"dbname", "temporal"}});
  EXPECT_EQ(look_now().postgres_clusters.size(), 1U);
  EXPECT_EQ(kube.count("get /apis/postgresql.cnpg.io/v1/namespaces/dev/clusters/pg"), 1);
}

TEST_F(LookAt, a_missing_right_to_read_it_is_a_gap) {
  put_secret({{"username", "temporal"}, {"password", "canary"}, {"host", "pg-rw"}, {"dbname", "temporal"}});
  kube.raw["/apis/postgresql.cnpg.io/v1"] = Json::object();
  kube.fail = [](const std::string&, const Resource& at) -> std::optional<Error> {
    if (at.plural != "clusters") return std::nullopt;
    return Error{ErrorKind::denied, "forbidden"};
  };
  const Snapshot snapshot = look_now();
  EXPECT_THAT(snapshot.unexamined, testing::Contains(testing::Field(&Unexamined::what, testing::HasSubstr("clusters.postgresql.cnpg.io"))));
}

}  // namespace
}  // namespace refloat
