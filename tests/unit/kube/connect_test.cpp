#include "kube/connect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/kube/support.h"

namespace refloat {
namespace {

using test::HttpServer;
using test::ManualClock;
using test::Request;
using test::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string config_of(const std::string& server, const std::string& user) {
  return "current-context: main\n"
         "clusters: [{name: kind, cluster: {server: '" +
         server + "'}}]\nusers:\n- name: me\n  user: " + user +
         "\ncontexts:\n- {name: main, context: {cluster: kind, user: me, namespace: shop}}\n- {name: prod-eu, context: {cluster: kind, "
         "user: me}}\n"
         "- {name: broken, context: {cluster: nowhere, user: me}}\n";
}

HttpServer::Handler empty_object() {
  return [](const Request& /*request*/) { return test::json(200, "{}"); };
}

class Connect : public testing::Test {
 protected:
  // Connects with a kubeconfig of this user, sends one request and returns what the server saw.
  Request request_of(const std::string& user, KubeOptions options = {}) {
    HttpServer server(empty_object());
    options.kubeconfig = dir_.write("config", config_of(server.url(), user));
    Result<Connected> connected = connect(options, clock_, {});
    if (!connected) ADD_FAILURE() << connected.error().message;
    if (!connected) return {};
    const Result<Json> answer = connected->api->get_raw("/version");
    EXPECT_TRUE(answer) << answer.error().message;
    return server.requests().empty() ? Request{} : server.requests().back();
  }
  Error refusal_of(const std::string& user, const KubeOptions& given = {}) {
    KubeOptions options = given;
    options.kubeconfig = dir_.write("config", config_of("https://127.0.0.1:1", user));
    Result<Connected> connected = connect(options, clock_, {});
    if (!connected) return connected.error();
    const Result<Json> answer = connected->api->get_raw("/version");
    return answer ? Error{ErrorKind::invalid, "NOT REFUSED"} : answer.error();
  }

  TempDir dir_;
  ManualClock clock_;
};

TEST_F(Connect, UsesTheCurrentContext) {
  KubeOptions options;
  options.kubeconfig = dir_.write("config", config_of("https://127.0.0.1:6443/", "{token: t}"));
  const Result<Connected> connected = connect(options, clock_, {});
  ASSERT_TRUE(connected) << connected.error().message;
  EXPECT_EQ(connected->api->server(), "https://127.0.0.1:6443");
  EXPECT_EQ(connected->default_namespace, "shop");
  EXPECT_EQ(connected->context, "main");
}

TEST_F(Connect, FlagsBeatTheFile) {
  KubeOptions options;
  options.kubeconfig = dir_.write("config", config_of("https://h:1", "{}"));
  options.context = "prod-eu";
  EXPECT_EQ(connect(options, clock_, {})->default_namespace, "default");
  options.ns = "mine";
  EXPECT_EQ(connect(options, clock_, {})->default_namespace, "mine");
}

TEST_F(Connect, ChoosesFilesAsKubectlDoes) {
  EXPECT_THAT(kubeconfig_files({}, {.kubeconfig = "/a::/b:/a", .home = "/h", .service_host = "", .service_port = ""}),
              ElementsAre("/a", "/b"));
  EXPECT_THAT(kubeconfig_files({}, {.kubeconfig = "", .home = "/h", .service_host = "", .service_port = ""}),
              ElementsAre("/h/.kube/config"));
  EXPECT_THAT(kubeconfig_files({}, {}), IsEmpty());
  KubeOptions options;
  options.kubeconfig = "/f";
  EXPECT_THAT(kubeconfig_files(options, {.kubeconfig = "/a", .home = "/h", .service_host = "", .service_port = ""}), ElementsAre("/f"));
}

TEST_F(Connect, AnUnknownContextGetsTheNearestName) {
  KubeOptions options;
  options.context = "prod-ue";
  const Error error = refusal_of("{}", options);
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.message, HasSubstr("prod-ue"));
  EXPECT_THAT(error.message, HasSubstr(dir_.path()));
  EXPECT_THAT(error.hint, HasSubstr("\"prod-eu\""));
}

TEST_F(Connect, AContextMayNameWhatIsNotThere) {
  KubeOptions options;
  options.context = "broken";
  const Error error = refusal_of("{}", options);
  EXPECT_THAT(error.message, HasSubstr("broken"));
  EXPECT_THAT(error.message, HasSubstr("nowhere"));
}

TEST_F(Connect, WithoutAnythingSaysWhereItLooked) {
  const Result<Connected> connected = connect({}, clock_, {.kubeconfig = "", .home = dir_.path(), .service_host = "", .service_port = ""});
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().message, HasSubstr(dir_.path() + "/.kube/config"));
  EXPECT_THAT(connected.error().hint, HasSubstr("--kubeconfig"));
}

// --- who we are ---

TEST_F(Connect, SendsAToken) {
  EXPECT_EQ(request_of("{token: abc}").header("Authorization"), "Bearer abc");
}

TEST_F(Connect, SendsBasicCredentials) {
  EXPECT_EQ(request_of("{username: me, password: 'p:w'}").header("Authorization"), "Basic bWU6cDp3");
}

TEST_F(Connect, TheTokenFileBeatsTheToken) {
  (void)dir_.write("tok", "from-file\n");
  EXPECT_EQ(request_of("{token: abc, tokenFile: tok}").header("Authorization"), "Bearer from-file");
}

TEST_F(Connect, ImpersonatesAsTheFileSays) {
  const Request request = request_of("{as: boss, as-uid: '7', as-groups: [a, b], as-user-extra: {'ex/scope': [x]}}");
  EXPECT_EQ(request.header("Impersonate-User"), "boss");
  EXPECT_EQ(request.header("Impersonate-Uid"), "7");
  EXPECT_THAT(request.headers("Impersonate-Group"), ElementsAre("a", "b"));
  EXPECT_EQ(request.header("Impersonate-Extra-ex%2Fscope"), "x");
}

TEST_F(Connect, ImpersonationOfTheCommandLineWins) {
  KubeOptions options;
  options.as.user = "other";
  const Request request = request_of("{as: boss, as-groups: [a]}", options);
  EXPECT_EQ(request.header("Impersonate-User"), "other");
  EXPECT_THAT(request.headers("Impersonate-Group"), IsEmpty());
}

TEST_F(Connect, RefusesUsersThatContradictThemselves) {
  EXPECT_EQ(refusal_of("{token: a, username: b}").kind, ErrorKind::invalid);
  EXPECT_EQ(refusal_of("{as-groups: [a]}").kind, ErrorKind::invalid);
  EXPECT_EQ(refusal_of("{client-certificate-data: QQ==}").kind, ErrorKind::invalid);
  EXPECT_EQ(refusal_of("{client-key-data: QQ==}").kind, ErrorKind::invalid);
  EXPECT_EQ(refusal_of("{client-key-data: '%%', client-certificate-data: QQ==}").kind, ErrorKind::invalid);
  EXPECT_THAT(refusal_of("{auth-provider: {name: oidc}}").message, HasSubstr("oidc"));
  EXPECT_EQ(refusal_of("{token: \"a\\nEvil: yes\"}").kind, ErrorKind::invalid);
}

TEST_F(Connect, NoMessageHoldsASecret) {
  for (const char* user :
       {"{token: hunter2-token}", "{username: me, password: hunter2}", "{token: hunter2, username: x}",
        "{client-certificate-data: QQ==, client-key-data: hunter2}", "{client-key-data: '%hunter2'}", "{token: \"hunter2\\nx: y\"}"}) {
    const Error error = refusal_of(user);
    EXPECT_THAT(error.message, Not(HasSubstr("NOT REFUSED")));
    EXPECT_THAT(error.message + error.hint, Not(HasSubstr("hunter2"))) << user;
  }
}

TEST_F(Connect, AMissingTokenFileIsNamed) {
  EXPECT_THAT(refusal_of("{tokenFile: absent}").message, HasSubstr(dir_.path() + "/absent"));
}

struct ClusterCase {
  const char* cluster;
};
class BadCluster : public Connect, public testing::WithParamInterface<ClusterCase> {};

TEST_P(BadCluster, IsRefusedBeforeAnythingIsSent) {
  KubeOptions options;
  options.kubeconfig =
      dir_.write("config", std::string("current-context: c\ncontexts: [{name: c, context: {cluster: k}}]\nclusters: [{name: k, cluster: ") +
                               GetParam().cluster + "}]\n");
  const Result<Connected> connected = connect(options, clock_, {});
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().message, HasSubstr("\"k\""));
  EXPECT_THAT(connected.error().message, Not(HasSubstr("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(All, BadCluster,
                         testing::Values(ClusterCase{"{}"}, ClusterCase{"{server: 'k:6443'}"},
                                         ClusterCase{
                                             "{server: 'https://k', insecure-skip-tls-verify: true, certificate-authority-data: QQ==}"},
                                         ClusterCase{"{server: 'https://k', certificate-authority-data: '%%'}"},
                                         ClusterCase{"{server: 'https://k', certificate-authority: absent}"},
                                         ClusterCase{"{server: 'https://k', proxy-url: 'ftp://u:hunter2@p'}"}));

TEST_F(Connect, GoesThroughTheProxyOfTheCluster) {
  HttpServer proxy([](const Request& /*request*/) { return test::json(200, R"({"major":"1"})"); });
  KubeOptions options;
  options.kubeconfig = dir_.write("config",
                                  "current-context: c\ncontexts: [{name: c, context: {cluster: k}}]\nclusters:\n- name: k\n  cluster: "
                                  "{server: 'http://kube.invalid:80', proxy-url: '" +
                                      proxy.url() + "'}\n");
  const Result<Connected> connected = connect(options, clock_, {});
  ASSERT_TRUE(connected);
  EXPECT_TRUE(connected->api->get_raw("/version"));
  ASSERT_EQ(proxy.requests().size(), 1U);
  EXPECT_EQ(proxy.requests()[0].target, "http://kube.invalid/version");
}

// --- token files and plugins over time ---

TEST_F(Connect, ReadsTheTokenFileAgainEachMinuteAndAfter401) {
  std::string wanted = "one";
  HttpServer server([&](const Request& request) {
    return request.header("Authorization") == "Bearer " + wanted ? test::json(200, "{}") : test::text(401, "Unauthorized");
  });
  (void)dir_.write("tok", "one");
  KubeOptions options;
  options.kubeconfig = dir_.write("config", config_of(server.url(), "{tokenFile: tok}"));
  const Result<Connected> connected = connect(options, clock_, {});
  ASSERT_TRUE(connected->api->get_raw("/a"));
  (void)dir_.write("tok", "two");
  ASSERT_TRUE(connected->api->get_raw("/b")) << "a minute has not passed: the copy still serves";
  wanted = "two";
  ASSERT_TRUE(connected->api->get_raw("/c")) << "refused once, read again";
  EXPECT_EQ(server.requests().size(), 4U);
  (void)dir_.write("tok", "three");
  wanted = "three";
  clock_.pass(std::chrono::seconds(61));
  ASSERT_TRUE(connected->api->get_raw("/d"));
  EXPECT_EQ(server.requests().size(), 5U) << "read before the server had to refuse";
}

TEST_F(Connect, ARefusedTokenThatDidNotChangeIsNotTriedAgain) {
  HttpServer server([](const Request& /*request*/) { return test::text(401, "Unauthorized"); });
  (void)dir_.write("tok", "one");
  KubeOptions options;
  options.kubeconfig = dir_.write("config", config_of(server.url(), "{tokenFile: tok}"));
  EXPECT_EQ(connect(options, clock_, {})->api->get_raw("/a").error().kind, ErrorKind::unauthenticated);
  EXPECT_EQ(server.requests().size(), 1U);
}

class ConnectInCluster : public Connect {
 protected:
  KubeEnvironment pod(const std::string& host, const std::string& port) {
    return {.kubeconfig = "", .home = dir_.path(), .service_host = host, .service_port = port, .service_account = dir_.path()};
  }
  std::string ca() { return dir_.write("ca.crt", "-----BEGIN CERTIFICATE-----\n"); }
};

TEST_F(ConnectInCluster, UsesTheServiceAccount) {
  (void)ca();
  (void)dir_.write("token", "t\n");
  (void)dir_.write("namespace", "argocd\n");
  const Result<Connected> connected = connect({}, clock_, pod("10.0.0.1", "443"));
  ASSERT_TRUE(connected) << connected.error().message;
  EXPECT_EQ(connected->api->server(), "https://10.0.0.1:443");
  EXPECT_EQ(connected->default_namespace, "argocd");
  EXPECT_EQ(connected->context, "in-cluster");
}

TEST_F(ConnectInCluster, BracketsIpv6) {
  (void)ca();
  (void)dir_.write("token", "t");
  EXPECT_EQ(connect({}, clock_, pod("fd00::1", "443"))->api->server(), "https://[fd00::1]:443");
}

TEST_F(ConnectInCluster, NeedsTokenAndAuthority) {
  EXPECT_THAT(connect({}, clock_, pod("10.0.0.1", "443")).error().message, HasSubstr("/token"));
  (void)dir_.write("token", "t");
  EXPECT_THAT(connect({}, clock_, pod("10.0.0.1", "443")).error().message, HasSubstr("/ca.crt"));
  (void)dir_.write("ca.crt", "");
  EXPECT_FALSE(connect({}, clock_, pod("10.0.0.1", "443"))) << "an empty authority must not become the system's";
}

TEST_F(ConnectInCluster, AKubeconfigComesFirst) {
  (void)dir_.write(".kube/config", config_of("https://from-file:1", "{}"));
  EXPECT_EQ(connect({}, clock_, pod("10.0.0.1", "443"))->api->server(), "https://from-file:1");
}

}  // namespace
}  // namespace refloat
