#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "unit/probe/fixture.h"

namespace refloat {
namespace {

struct Resolve : test::ProbeFixture, testing::Test {
  ErrorKind refused() {
    const Result<DatabaseTarget> target = resolve();
    EXPECT_FALSE(target);
    return target ? ErrorKind::ambiguous : target.error().kind;
  }
};

TEST_F(Resolve, takes_user_and_password_from_the_secret) {
  const auto target = resolve();
  ASSERT_TRUE(target);
  EXPECT_EQ(target->user, "temporal");
  EXPECT_EQ(target->password.reveal(), "canary-env-1");
  EXPECT_EQ(target->host, "pg-rw.app.svc");
  EXPECT_EQ(target->database, "temporal");
  EXPECT_EQ(target->dialect, "temporal");
}

TEST_F(Resolve, reads_only_the_named_secret_and_only_by_name) {
  ASSERT_TRUE(resolve());
  EXPECT_EQ(kube.calls, std::vector<std::string>{"get /api/v1/namespaces/app/secrets/env"});
}

TEST_F(Resolve, takes_host_port_and_database_from_the_secret_when_the_stack_is_silent) {
  connection().host.clear();
  connection().database.clear();
  secret("env", {{"username", "u"}, {"password", "canary"}, {"host", "db.example.com"}, {"port", "6432"}, {"dbname", "t"}});
  const auto target = resolve();
  ASSERT_TRUE(target);
  EXPECT_EQ(target->host, "db.example.com");
  EXPECT_EQ(target->port, 6432);
  EXPECT_EQ(target->database, "t");
}

TEST_F(Resolve, dials_a_service_by_its_namespace_and_keeps_the_tls_name) {
  connection().host = "pg-rw";
  const auto target = resolve();
  ASSERT_TRUE(target);
  EXPECT_EQ(target->host, "pg-rw");
  EXPECT_EQ(target->dial_host, "pg-rw.app.svc");
}

TEST_F(Resolve, understands_a_dsn_secret) {
  connection() = {};
  connection().secret = SecretKeys{};
  connection().secret->name = "dsn";
  connection().secret->dsn_key = "uri";
  secret("dsn", {{"uri", "postgres://u:canary%40x@db.example.com:5433/t?sslmode=require"}});
  const auto target = resolve();
  ASSERT_TRUE(target);
  EXPECT_EQ(target->host, "db.example.com");
  EXPECT_EQ(target->port, 5433);
  EXPECT_EQ(target->password.reveal(), "canary@x");
  EXPECT_EQ(target->ssl_mode, "require");
}

TEST_F(Resolve, a_dsn_secret_wins_over_an_inline_dsn) {
  connection() = {};
  connection().dsn = "postgres://inline:inline-canary@other.example.com/x";
  connection().secret = SecretKeys{};
  connection().secret->name = "dsn";
  connection().secret->dsn_key = "uri";
  secret("dsn", {{"uri", "postgres://u:canary@db.example.com/t"}});
  const auto target = resolve();
  ASSERT_TRUE(target);
  EXPECT_EQ(target->host, "db.example.com");
  EXPECT_EQ(target->password.reveal(), "canary");
}

TEST_F(Resolve, an_inline_dsn_needs_no_secret) {
  connection() = {};
  connection().dsn = "postgres://u:canary@db.example.com/t";
  ASSERT_TRUE(resolve());
  EXPECT_EQ(kube.count("get"), 0);
}

TEST_F(Resolve, contradictions_are_invalid) {
  connection().dsn = "postgres://u:canary@db.example.com/t";
  EXPECT_EQ(refused(), ErrorKind::invalid) << "inline dsn beside a Secret of keys";
  connection().secret.reset();
  EXPECT_EQ(refused(), ErrorKind::invalid) << "another host in the Stack than in the dsn";
  connection().host = "db.example.com";
  EXPECT_EQ(refused(), ErrorKind::invalid) << "another database";
  connection().database = "t";
  EXPECT_TRUE(resolve());
  connection().dsn += "?sslmode=require";
  connection().tls.mode = "disable";
  EXPECT_EQ(refused(), ErrorKind::invalid) << "another tls mode";
}

TEST_F(Resolve, no_host_is_made_up) {
  connection().host.clear();
  EXPECT_EQ(refused(), ErrorKind::invalid);
}

TEST_F(Resolve, a_missing_key_is_named_and_the_values_are_not) {
  connection().secret->password_key = "pass";
  const auto target = resolve();
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().kind, ErrorKind::invalid);
  EXPECT_NE(target.error().hint.find("password"), std::string::npos) << "the keys there are help";
  EXPECT_EQ((target.error().message + target.error().hint).find("canary"), std::string::npos);
}

TEST_F(Resolve, a_missing_secret_is_not_found_and_a_forbidden_one_denied) {
  connection().secret->name = "gone";
  EXPECT_EQ(refused(), ErrorKind::not_found);
  kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::denied, "no"}; };
  EXPECT_EQ(refused(), ErrorKind::denied);
}

TEST_F(Resolve, a_password_goes_to_no_host_that_nobody_vouches_for) {
  connection().host = "db.example.com";
  EXPECT_EQ(refused(), ErrorKind::denied);
  connection().host = "pg-rw.other.svc";
  EXPECT_EQ(refused(), ErrorKind::denied) << "another namespace's Service";
}

TEST_F(Resolve, the_secret_the_installer_or_the_person_may_vouch) {
  connection().host = "db.example.com";
  options.trusted_hosts = {"db.example.com"};
  EXPECT_TRUE(resolve());
  options.trusted_hosts.clear();
  options.addresses["default"] = "127.0.0.1:15432";
  EXPECT_TRUE(resolve());
  options.addresses.clear();
  secret("env", {{"username", "u"}, {"password", "canary"}, {"host", "db.example.com"}});
  EXPECT_TRUE(resolve());
}

TEST_F(Resolve, outside_the_cluster_a_service_needs_an_address) {
  options.in_cluster = false;
  const auto target = resolve();
  ASSERT_FALSE(target);
  EXPECT_NE(target.error().hint.find("kubectl port-forward -n app svc/pg-rw 15432:5432"), std::string::npos) << target.error().hint;
  EXPECT_NE(target.error().hint.find("--database-address temporal-dev/default=127.0.0.1:15432"), std::string::npos) << target.error().hint;
}

// Whatever answers to that name here may be another database, which would be sent the password, and read or written in the other's place.
TEST_F(Resolve, a_host_of_another_cluster_needs_an_address_wherever_we_are) {
  const auto at_host = [this](const std::string& host) {
    const Json data{{"username", base64_encode("u")}, {"password", base64_encode("canary")}, {"host", base64_encode(host)}};
    kube.put("", "v1", "secrets", {{"metadata", {{"namespace", "prod/app"}, {"name", "env"}}}, {"data", data}});
    connection().host.clear();
    return resolve();
  };
  stack.workload_namespace = "prod/app";
  for (const char* host : {"pg-rw.app.svc", "pg-rw", "pg-rw.app", "pg-rw.databases", "pg-rw.app.svc.cluster.local", "pg-1.pg.app.svc",
                           "pg.app.svc.example", "db.example.com", "db.example.com,pg-rw.app.svc", "10.96.0.7"}) {
    options.trusted_hosts = {"db.other.com", "pg-rw.app.svc"};
    const auto target = at_host(host);
    ASSERT_FALSE(target) << host;
    EXPECT_NE(target.error().message.find("what cluster prod calls it"), std::string::npos) << target.error().message;
    EXPECT_NE(target.error().hint.find("--database-address argocd/temporal-dev/default=HOST:PORT"), std::string::npos)
        << target.error().hint;
  }
  options.trusted_hosts = {"db.example.com"};
  EXPECT_TRUE(at_host("db.example.com"));
  EXPECT_FALSE(at_host("db.example.com,pg-rw.app.svc"));
  options.addresses["argocd/temporal-dev/default"] = "10.0.0.1:5432";
  const auto target = at_host("pg-rw.app.svc");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->dial_host, "10.0.0.1");
}

TEST_F(Resolve, a_given_address_is_dialed_and_the_name_kept) {
  options.in_cluster = false;
  options.addresses["default"] = "127.0.0.1:1";
  options.addresses["temporal-dev/default"] = "[::1]:15432";
  const auto target = resolve();
  ASSERT_TRUE(target);
  EXPECT_EQ(target->dial_host, "::1");
  EXPECT_EQ(target->port, 15432);
  EXPECT_EQ(target->host, "pg-rw.app.svc");
}

TEST_F(Resolve, a_malformed_address_is_invalid) {
  for (const char* address : {"127.0.0.1", ":5432", "h:", "h:0", "h:70000", "h:5432x"}) {
    options.addresses["default"] = address;
    EXPECT_EQ(refused(), ErrorKind::invalid) << address;
  }
}

TEST_F(Resolve, verification_needs_a_ca_and_a_ca_needs_verification) {
  connection().tls.mode = "verify-full";
  EXPECT_EQ(refused(), ErrorKind::invalid);
  connection().tls.ca_file = "/ca.pem";
  ASSERT_TRUE(resolve());
  EXPECT_EQ(resolve()->ssl_root_cert, "/ca.pem");
  connection().tls.ca_secret = "ca";
  EXPECT_EQ(refused(), ErrorKind::invalid) << "two CAs";
  connection().tls = {};
  connection().tls.ca_file = "/ca.pem";
  EXPECT_EQ(refused(), ErrorKind::invalid) << "a CA that nothing checks";
  connection().tls = {};
  connection().tls.mode = "prefer";
  EXPECT_EQ(refused(), ErrorKind::invalid);
}

TEST_F(Resolve, a_ca_secret_becomes_a_private_file_that_goes_with_the_target) {
  connection().tls.mode = "verify-full";
  connection().tls.ca_secret = "ca";
  secret("ca", {{"ca.crt", "PEM"}});
  std::string path;
  {
    const auto target = resolve();
    ASSERT_TRUE(target);
    path = target->ssl_root_cert;
    std::string content;
    std::ifstream(path) >> content;
    EXPECT_EQ(content, "PEM");
    struct stat info{};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    ASSERT_EQ(::stat(path.substr(0, path.rfind('/')).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
  }
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
  EXPECT_NE(::access(path.substr(0, path.rfind('/')).c_str(), F_OK), 0);
}

TEST_F(Resolve, the_bootstrap_query_is_asked_of_its_database_only) {
  stack.bootstrap.query = "select true";
  EXPECT_EQ(resolve()->expect_query, "select true");
  stack.bootstrap.query_database = "other";
  EXPECT_EQ(resolve()->expect_query, "");
}

}  // namespace
}  // namespace refloat
