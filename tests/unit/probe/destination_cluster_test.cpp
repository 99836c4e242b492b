#include "probe/destination_cluster.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

using namespace std::chrono_literals;

struct ClusterSecret : testing::Test {
  std::shared_ptr<test::FakeKube> own = std::make_shared<test::FakeKube>();
  DestinationSecret secret{own, "argocd", "prod"};
  test::FakeClock clock;
  std::map<std::string, std::string> values = {
      {"name", "prod"},
      {"server", "https://10.0.0.1:6443"},
      {"config", R"({"bearerToken": "canary-token", "tlsClientConfig": {"insecure": false, "caData": "Q0E="}})"}};

  void put() {
    Json data = Json::object();
    for (const auto& [key, value] : values) data[key] = base64_encode(value);
    own->put("", "v1", "secrets", {{"metadata", {{"namespace", "argocd"}, {"name", "prod"}}}, {"data", data}});
  }
  Result<DestinationCluster> read() {
    put();
    return read_destination_cluster(secret);
  }
  Result<Connected> connect() {
    const auto read = this->read();
    return read ? connect_destination(secret, *read, {}, clock) : Result<Connected>(read.error());
  }
  static std::string authorization(const Connected& client) {
    const auto identity = client.origin->credentials->current();
    return identity ? identity->authorization.reveal() : identity.error().message;
  }
};

TEST_F(ClusterSecret, says_where_the_cluster_is_and_who_we_are_there) {
  values["namespaces"] = "orders, billing,";
  values["project"] = "team";
  values["server"] = "https://10.0.0.1:6443/";
  const auto read = this->read();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->destination.name, "prod");
  EXPECT_EQ(read->destination.server, "https://10.0.0.1:6443");
  EXPECT_EQ(read->destination.namespaces, (std::vector<std::string>{"orders", "billing"}));
  EXPECT_EQ(read->destination.project, "team");
  EXPECT_EQ(read->cluster.ca_data, "Q0E=");
  EXPECT_EQ(read->user.token.reveal(), "canary-token");
  EXPECT_EQ(own->calls, std::vector<std::string>{"get /api/v1/namespaces/argocd/secrets/prod"}) << "by name, nothing else";
}

TEST_F(ClusterSecret, understands_every_plain_kind_of_login) {
  values["config"] = R"({"username": "u", "password": "p", "disableCompression": true, "proxyUrl": "http://proxy:3128",
    "tlsClientConfig": {"insecure": true, "serverName": "api.prod", "certData": "Q0VSVA==", "keyData": "S0VZ"}})";
  const auto read = this->read();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->user.username, "u");
  EXPECT_EQ(read->user.password.reveal(), "p");
  EXPECT_EQ(read->user.client_cert_data, "Q0VSVA==");
  EXPECT_EQ(read->user.client_key_data.reveal(), "S0VZ");
  EXPECT_EQ(read->cluster.tls_server_name, "api.prod");
  EXPECT_EQ(read->cluster.proxy_url.reveal(), "http://proxy:3128");
  EXPECT_TRUE(read->cluster.insecure_skip_tls_verify);
  EXPECT_TRUE(read->cluster.disable_compression);
}

TEST_F(ClusterSecret, a_cluster_without_a_name_is_called_by_its_address) {
  values.erase("name");
  EXPECT_EQ(read()->destination.name, "https://10.0.0.1:6443");
}

TEST_F(ClusterSecret, what_would_run_a_program_is_refused) {
  for (const char* program : {"execProviderConfig", "awsAuthConfig"}) {
    values["config"] = std::string("{\"bearerToken\": \"canary-token\", \"") + program + "\": {\"command\": \"argocd-k8s-auth\"}}";
    const auto read = this->read();
    ASSERT_FALSE(read) << program;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    EXPECT_NE(read.error().message.find(program), std::string::npos) << read.error().message;
  }
}

TEST_F(ClusterSecret, mistakes_are_named_and_no_value_is_shown) {
  const std::map<std::string, std::map<std::string, std::string>> mistakes = {
      {"no server", {{"config", "{}"}}},
      {"no JSON", {{"server", "https://h"}, {"config", "canary-token {"}}},
      {"cannot be printed", {{"server", "https://h"}, {"name", "a\nb"}}},
      {"no http or https", {{"server", "canary-host"}}},
      {"both insecure", {{"server", "https://h"}, {"config", R"({"tlsClientConfig": {"insecure": true, "caData": "Q0E="}})"}}},
      {"no base64", {{"server", "https://h"}, {"config", R"({"tlsClientConfig": {"certData": "??", "keyData": "canary-key"}})"}}},
      {"without client-key", {{"server", "https://h"}, {"config", R"({"tlsClientConfig": {"certData": "Q0E="}})"}}}};
  for (const auto& [what, broken] : mistakes) {
    values = broken;
    const auto connected = connect();
    ASSERT_FALSE(connected) << what;
    const Error& error = connected.error();
    EXPECT_NE(error.message.find(what), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("argocd/prod"), std::string::npos) << error.message;
    EXPECT_EQ((error.message + error.hint).find("canary"), std::string::npos) << error.message;
  }
}

TEST_F(ClusterSecret, a_right_that_is_missing_is_named) {
  own->fail = [](const std::string&, const Resource&) { return Error{ErrorKind::denied, "forbidden"}; };
  const auto refused = connect();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  EXPECT_NE(refused.error().hint.find("resourceNames [prod]"), std::string::npos) << refused.error().hint;
}

TEST_F(ClusterSecret, whom_we_are_asked_to_act_as_we_act_as_there_too) {
  secret.as.user = "alice";
  const auto connected = connect();
  ASSERT_TRUE(connected);
  EXPECT_EQ(connected->origin->credentials->current()->headers, (decltype(Identity::headers){{"Impersonate-User", "alice"}}));
}

TEST_F(ClusterSecret, refused_credentials_are_read_again) {
  const auto connected = connect();
  ASSERT_TRUE(connected) << connected.error().message;
  Credentials& credentials = *connected->origin->credentials;
  const Identity refused = *credentials.current();
  values["config"] = R"({"bearerToken": "newer"})";
  put();
  clock.time += 11s;
  EXPECT_TRUE(credentials.renew(refused));
  EXPECT_EQ(authorization(*connected), "Bearer newer");
  EXPECT_TRUE(credentials.renew(refused)) << "another thread's request was refused as well";
}

TEST_F(ClusterSecret, a_cluster_that_refuses_everything_does_not_cost_a_read_each_time) {
  const auto connected = connect();
  ASSERT_TRUE(connected);
  Credentials& credentials = *connected->origin->credentials;
  const int before = own->count("get ");
  clock.time += 11s;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(credentials.renew(*credentials.current()));
  EXPECT_EQ(own->count("get "), before + 1);
}

TEST_F(ClusterSecret, is_read_each_minute) {
  const auto connected = connect();
  ASSERT_TRUE(connected);
  values["config"] = R"({"bearerToken": "with fewer rights"})";
  put();
  clock.time += 59s;
  EXPECT_EQ(authorization(*connected), "Bearer canary-token");
  clock.time += 1s;
  EXPECT_EQ(authorization(*connected), "Bearer with fewer rights");
}

// Argo CD deploys "name:prod" to the new cluster from then on; acting on the old one would be acting on what is none of anybody's.
TEST_F(ClusterSecret, one_that_names_another_cluster_by_now_is_used_for_neither) {
  for (const char* key : {"server", "name"}) {
    const auto connected = connect();
    ASSERT_TRUE(connected);
    const std::string before = std::exchange(values[key], "https://10.0.0.2:6443");
    values["config"] = R"({"bearerToken": "of another cluster"})";
    put();
    clock.time += 61s;
    EXPECT_NE(authorization(*connected).find("names another cluster"), std::string::npos) << authorization(*connected);
    EXPECT_FALSE(connected->origin->credentials->renew({}));
    values[key] = before;
    put();
    clock.time += 61s;
    EXPECT_EQ(authorization(*connected), "Bearer of another cluster") << "put right again";
  }
}

TEST_F(ClusterSecret, one_that_is_gone_or_forbidden_is_not_used_any_more) {
  const auto connected = connect();
  ASSERT_TRUE(connected);
  for (const ErrorKind kind : {ErrorKind::not_found, ErrorKind::denied}) {
    own->fail = [kind](const std::string&, const Resource&) { return Error{kind, "no"}; };
    clock.time += 61s;
    EXPECT_FALSE(connected->origin->credentials->current());
    own->fail = nullptr;
    clock.time += 61s;
    EXPECT_TRUE(connected->origin->credentials->current());
  }
}

TEST_F(ClusterSecret, while_our_own_cluster_is_away_it_is_used_for_a_while) {
  const auto connected = connect();
  ASSERT_TRUE(connected);
  own->fail = [](const std::string&, const Resource&) { return Error{ErrorKind::transient, "connection refused"}; };
  clock.time += 4min;
  EXPECT_EQ(authorization(*connected), "Bearer canary-token");
  clock.time += 1min;
  EXPECT_NE(authorization(*connected).find("could not be read for 5m"), std::string::npos) << authorization(*connected);
}

}  // namespace
}  // namespace refloat
