#include "kube/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/kube/support.h"

namespace refloat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr const char* full = R"(
apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: c
  cluster:
    server: https://k:6443
    certificate-authority: pki/ca.crt
    certificate-authority-data: Q0E=
    tls-server-name: kube
    proxy-url: socks5://p:1
    insecure-skip-tls-verify: true
    disable-compression: true
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: a, depth: 3, text: "3"}
users:
- name: u
  user:
    client-certificate: /abs/c.crt
    client-key: ../c.key
    client-certificate-data: Q0VSVA==
    client-key-data: S0VZ
    token: t
    tokenFile: tok
    username: me
    password: pw
    as: boss
    as-uid: "7"
    as-groups: [a, b]
    as-user-extra: {scope: [x, y]}
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./bin/login
      args: [--a, b]
      env: [{name: N, value: v}]
      installHint: get it
      interactiveMode: Never
      provideClusterInfo: true
contexts:
- name: prod
  context: {cluster: c, user: u, namespace: shop}
)";

TEST(Kubeconfig, ReadsEveryFieldAndResolvesPathsByItsFile) {
  const Result<Kubeconfig> config = parse_kubeconfig(full, "/home/x/.kube/config");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->current_context, "prod");
  const KubeCluster& cluster = config->clusters.at("c");
  EXPECT_EQ(cluster.server, "https://k:6443");
  EXPECT_EQ(cluster.ca_file, "/home/x/.kube/pki/ca.crt");
  EXPECT_EQ(cluster.ca_data, "Q0E=");
  EXPECT_EQ(cluster.tls_server_name, "kube");
  EXPECT_EQ(cluster.proxy_url.reveal(), "socks5://p:1");
  EXPECT_TRUE(cluster.insecure_skip_tls_verify);
  EXPECT_TRUE(cluster.disable_compression);
  EXPECT_EQ(cluster.exec_config, Json::parse(R"({"audience":"a","depth":3,"text":"3"})"));
  const KubeUser& user = config->users.at("u");
  EXPECT_EQ(user.client_cert_file, "/abs/c.crt");
  EXPECT_EQ(user.client_key_file, "/home/x/.kube/../c.key");
  EXPECT_EQ(user.client_cert_data, "Q0VSVA==");
  EXPECT_EQ(user.client_key_data.reveal(), "S0VZ");
  EXPECT_EQ(user.token.reveal(), "t");
  EXPECT_EQ(user.token_file, "/home/x/.kube/tok");
  EXPECT_EQ(user.username, "me");
  EXPECT_EQ(user.password.reveal(), "pw");
  const KubeContext& context = config->contexts.at("prod");
  EXPECT_EQ(context.cluster + "/" + context.user + "/" + context.ns, "c/u/shop");
}

TEST(Kubeconfig, ReadsImpersonationAndPlugin) {
  const Result<Kubeconfig> config = parse_kubeconfig(full, "/home/x/.kube/config");
  ASSERT_TRUE(config);
  const KubeUser& user = config->users.at("u");
  EXPECT_EQ(user.as.user, "boss");
  EXPECT_EQ(user.as.uid, "7");
  EXPECT_THAT(user.as.groups, ElementsAre("a", "b"));
  EXPECT_THAT(user.as.extra, ElementsAre(Pair("scope", "x"), Pair("scope", "y")));
  ASSERT_TRUE(user.exec);
  EXPECT_EQ(user.exec->api_version, "client.authentication.k8s.io/v1");
  EXPECT_EQ(user.exec->command, "/home/x/.kube/./bin/login");
  EXPECT_THAT(user.exec->arguments, ElementsAre("--a", "b"));
  ASSERT_EQ(user.exec->environment.size(), 1U);
  EXPECT_EQ(user.exec->environment[0].first + "=" + user.exec->environment[0].second.reveal(), "N=v");
  EXPECT_EQ(user.exec->interactive_mode, "Never");
  EXPECT_TRUE(user.exec->provide_cluster_info);
}

TEST(Kubeconfig, ABarePluginNameIsLeftToPath) {
  const auto config = parse_kubeconfig("users: [{name: u, user: {exec: {command: aws}}}]", "/d/config");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->users.at("u").exec->command, "aws");
}

TEST(Kubeconfig, ReadsJsonAndEmptiness) {
  EXPECT_TRUE(parse_kubeconfig("", "f")->empty());
  EXPECT_TRUE(parse_kubeconfig("# nothing\n", "f")->empty());
  EXPECT_TRUE(parse_kubeconfig("{\"clusters\": null, \"users\": []}", "f")->empty());
  const auto config = parse_kubeconfig(R"({"current-context":"a","contexts":[{"name":"a","context":{"cluster":"c"}}]})", "f");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->contexts.at("a").cluster, "c");
}

struct BadCase {
  const char* text;
  int line;
};
class BadKubeconfig : public testing::TestWithParam<BadCase> {};

TEST_P(BadKubeconfig, IsRefusedWithFileAndLineAndWithoutItsValues) {
  const Result<Kubeconfig> config = parse_kubeconfig(GetParam().text, "/d/config");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::invalid);
  EXPECT_THAT(config.error().message, HasSubstr("/d/config:" + std::to_string(GetParam().line)));
  EXPECT_THAT(config.error().message + config.error().hint, Not(HasSubstr("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(All, BadKubeconfig,
                         testing::Values(BadCase{"users:\n- name: u\n  user: {token: [hunter2]}\n", 3},
                                         BadCase{"users:\n- name: u\n  user: hunter2\n", 3}, BadCase{"clusters: hunter2\n", 1},
                                         BadCase{"users:\n  - name: u\n  token: hunter2: x\n", 3},
                                         BadCase{"clusters:\n- name: c\n  cluster: {insecure-skip-tls-verify: hunter2}\n", 3},
                                         BadCase{"users:\n- {name: u, user: {}}\n- {name: u, user: {token: hunter2}}\n", 3},
                                         BadCase{"users: [\n", 2}, BadCase{"hunter2", 1}));

TEST(KubeconfigMerge, TheFirstFileWinsPerName) {
  Kubeconfig first = *parse_kubeconfig("clusters: [{name: a, cluster: {server: 'https://1'}}]", "f");
  Kubeconfig second = *parse_kubeconfig(
      "current-context: two\nclusters:\n- {name: a, cluster: {server: 'https://2', tls-server-name: x}}\n- {name: b, cluster: {server: "
      "'https://3'}}",
      "f");
  Kubeconfig third = *parse_kubeconfig("current-context: three", "f");
  merge_kubeconfig(first, second);
  merge_kubeconfig(first, third);
  EXPECT_EQ(first.current_context, "two");
  EXPECT_EQ(first.clusters.at("a").server, "https://1");
  EXPECT_EQ(first.clusters.at("a").tls_server_name, "");
  EXPECT_EQ(first.clusters.at("b").server, "https://3");
}

TEST(KubeconfigFiles, MissingOnesAreSkippedOnlyInAList) {
  const test::TempDir dir;
  const std::string file = dir.write("config", "current-context: x");
  const auto merged = load_kubeconfig({dir.path() + "/absent", file}, false);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->current_context, "x");
  const auto strict = load_kubeconfig({dir.path() + "/absent"}, true);
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().kind, ErrorKind::not_found);
  EXPECT_THAT(strict.error().message, HasSubstr(dir.path() + "/absent"));
  EXPECT_THAT(strict.error().hint, HasSubstr("--kubeconfig"));
}

TEST(KubeconfigFiles, ADirectoryIsNoFile) {
  const test::TempDir dir;
  const auto loaded = load_kubeconfig({dir.path()}, false);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr(dir.path()));
}

}  // namespace
}  // namespace refloat
