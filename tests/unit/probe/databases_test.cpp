#include <gtest/gtest.h>

#include "unit/probe/fixture.h"

namespace refloat {
namespace {

struct Databases : test::ProbeFixture, testing::Test {};

TEST_F(Databases, a_readable_database_is_read_once) {
  databases.passwords = {{"temporal", "canary-env-1"}};
  EXPECT_EQ(probe().reach, Reach::ok);
  EXPECT_EQ(databases.reads.size(), 1U);
  EXPECT_TRUE(databases.logins.empty());
  EXPECT_TRUE(snapshot.unexamined.empty());
}

// Whoever may write a Stack may not thereby have the Secrets of any namespace read and used.
TEST_F(Databases, no_secret_is_read_where_none_of_the_stacks_applications_deploys) {
  deploy_into("elsewhere");
  EXPECT_EQ(probe().reach, Reach::unexamined);
  EXPECT_EQ(kube.count("get"), 0);
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].kind, ErrorKind::denied);
}

TEST_F(Databases, what_cannot_be_resolved_is_unexamined_and_the_others_are_still_read) {
  StackDatabase second = database();
  second.name = "visibility";
  stack.databases.push_back(second);
  database().connection.secret->name = "gone";
  EXPECT_EQ(probe().reach, Reach::unexamined);
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].kind, ErrorKind::not_found);
  EXPECT_EQ(databases.reads.size(), 1U);
  EXPECT_TRUE(snapshot.databases.contains("visibility"));
}

TEST_F(Databases, a_refused_login_tries_each_secret_once_and_says_which_one_holds) {
  role_secret("canary-role-2");
  databases.passwords = {{"temporal", "canary-role-2"}};
  EXPECT_EQ(probe().reach, Reach::refused_credentials);
  const CredentialReading& reading = snapshot.credentials.at("default");
  EXPECT_TRUE(reading.compared);
  EXPECT_TRUE(reading.differ);
  EXPECT_FALSE(reading.users_differ);
  EXPECT_EQ(reading.with_connection, LoginAnswer::refused);
  EXPECT_EQ(reading.with_role, LoginAnswer::accepted);
  EXPECT_EQ(databases.logins.size(), 2U);
}

TEST_F(Databases, equal_secrets_are_not_tried_twice) {
  role_secret("canary-env-1");
  EXPECT_EQ(probe().reach, Reach::refused_credentials);
  const CredentialReading& reading = snapshot.credentials.at("default");
  EXPECT_FALSE(reading.differ);
  EXPECT_EQ(reading.with_role, LoginAnswer::not_tried);
  EXPECT_EQ(databases.logins.size(), 1U);
}

TEST_F(Databases, a_working_login_compares_without_logging_in_again) {
  role_secret("canary-role-2");
  databases.passwords = {{"temporal", "canary-env-1"}};
  EXPECT_EQ(probe().reach, Reach::ok);
  EXPECT_TRUE(snapshot.credentials.at("default").differ);
  EXPECT_TRUE(databases.logins.empty());
}

TEST_F(Databases, the_role_secrets_own_user_is_tried) {
  role_secret("canary-role-2", "owner");
  databases.passwords = {{"owner", "canary-role-2"}};
  probe();
  EXPECT_TRUE(snapshot.credentials.at("default").users_differ);
  EXPECT_EQ(snapshot.credentials.at("default").with_role, LoginAnswer::accepted);
}

TEST_F(Databases, the_operator_strips_white_space_so_we_try_the_stripped_password) {
  secret("env", {{"username", "temporal"}, {"password", "canary-role-2\n"}});
  role_secret("canary-role-2\n");
  databases.passwords = {{"temporal", "canary-role-2"}};
  probe();
  const CredentialReading& reading = snapshot.credentials.at("default");
  EXPECT_FALSE(reading.differ);
  EXPECT_EQ(reading.with_connection, LoginAnswer::refused);
  EXPECT_EQ(reading.with_role, LoginAnswer::accepted);
}

TEST_F(Databases, a_stored_verifier_is_neither_compared_nor_sent) {
  role_secret("SCRAM-SHA-256$4096:abc$def:ghi");
  probe();
  EXPECT_FALSE(snapshot.credentials.at("default").compared);
  EXPECT_EQ(databases.logins.size(), 1U);
}

TEST_F(Databases, a_missing_role_secret_is_unexamined) {
  role_secret("x");
  kube.drop({"", "v1", "secrets", "app", "role", {}});
  probe();
  EXPECT_FALSE(snapshot.credentials.at("default").compared);
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].kind, ErrorKind::not_found);
}

TEST_F(Databases, the_role_secrets_password_does_not_follow_a_host_that_only_the_other_secret_names) {
  connection().host.clear();
  secret("env", {{"username", "temporal"}, {"password", "canary-env-1"}, {"host", "db.example.com"}});
  role_secret("canary-role-2");
  probe();
  EXPECT_EQ(snapshot.credentials.at("default").with_role, LoginAnswer::not_tried);
  for (const DatabaseTarget& login : databases.logins) EXPECT_NE(login.password.reveal(), "canary-role-2");
}

// Every string a Snapshot can carry out of the probe.
std::string everything(const Snapshot& snapshot) {
  Json all = Json::array();
  for (const auto& [name, reading] : snapshot.databases) {
    all.push_back({name, reading.name, reading.detail, reading.address, reading.user, reading.expect.error});
    for (const MigratorSession& session : reading.migrators) all.push_back({session.application, session.user, session.doing});
  }
  for (const auto& [name, reading] : snapshot.credentials) {
    all.push_back({name, reading.database, reading.connection_secret, reading.role_secret, reading.detail});
  }
  for (const Unexamined& gap : snapshot.unexamined) all.push_back({gap.what, gap.why});
  for (const LogReading& log : snapshot.logs) all.push_back({log.pod, log.container, log.lines});
  return all.dump();
}

TEST_F(Databases, no_secret_value_leaves_the_probe_whatever_the_server_echoes) {
  role_secret("canary-role-2");
  for (const bool accept : {true, false}) {
    databases.passwords = accept ? std::map<std::string, std::string>{{"temporal", "canary-env-1"}} : std::map<std::string, std::string>{};
    probe();
    EXPECT_EQ(everything(snapshot).find("canary"), std::string::npos) << everything(snapshot);
  }
  databases.cannot_try = true;
  probe();
  EXPECT_EQ(everything(snapshot).find("canary"), std::string::npos) << everything(snapshot);
  connection().secret->password_key = "missing";
  probe();
  connection() = {};
  connection().dsn = "postgres://u:canary%zz@db.example.com/t";  // broken: the parser must not quote it
  probe();
  EXPECT_EQ(everything(snapshot).find("canary"), std::string::npos) << everything(snapshot);
}

}  // namespace
}  // namespace refloat
