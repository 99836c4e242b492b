// Exec plugins are small shell scripts here.
#include "kube/exec_plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "kube/connect.h"
#include "kube/user_credentials.h"
#include "unit/kube/support.h"

namespace refloat {
namespace {

using test::content;
using test::HttpServer;
using test::ManualClock;
using test::Request;
using test::TempDir;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* v1 = "client.authentication.k8s.io/v1";

std::string credential(const std::string& status, const std::string& api_version = v1) {
  return R"({"kind":"ExecCredential","apiVersion":")" + api_version + R"(","status":)" + status + "}";
}

class Exec : public testing::Test {
 protected:
  // A plugin that counts its runs and prints `output`, in which $RUN is the number of the run.
  ExecPlugin plugin(const std::string& output, const std::string& before = {}) {
    ExecPlugin made;
    made.api_version = v1;
    made.interactive_mode = "Never";
    made.command = dir_.write("login",
                              "#!/bin/sh\nprintf x >> " + runs_file() + "\nRUN=$(wc -c < " + runs_file() + " | tr -d ' ')\n" + before +
                                  "\ncat <<EOF\n" + output + "\nEOF\n",
                              true);
    return made;
  }
  [[nodiscard]] std::string runs_file() const { return dir_.path() + "/runs"; }
  [[nodiscard]] std::size_t runs() const { return content(runs_file()).size(); }
  Error error_of(const ExecPlugin& broken) {
    const auto result = ExecSource(broken, {}, clock_).current();
    return result ? Error{ErrorKind::invalid, "NO ERROR"} : result.error();
  }

  TempDir dir_;
  ManualClock clock_;
};

TEST_F(Exec, RunsOnceWhileTheCredentialIsGood) {
  ExecSource source(plugin(credential(R"({"token":"t$RUN"})")), {}, clock_);
  EXPECT_EQ(source.current()->token.reveal(), "t1");
  clock_.pass(std::chrono::hours(9));
  EXPECT_EQ(source.current()->token.reveal(), "t1");
  source.forget();
  EXPECT_EQ(source.current()->token.reveal(), "t2");
}

TEST_F(Exec, RunsAgainWhenItExpired) {
  ExecSource source(plugin(credential(R"({"token":"t$RUN","expirationTimestamp":"2025-12-03T10:10:00Z"})")), {}, clock_);
  EXPECT_EQ(source.current()->token.reveal(), "t1");
  clock_.pass(std::chrono::minutes(9));
  EXPECT_EQ(source.current()->token.reveal(), "t1");
  clock_.pass(std::chrono::minutes(1));
  EXPECT_EQ(source.current()->token.reveal(), "t2");
}

TEST_F(Exec, TellsThePluginWhatItNeeds) {
  ExecPlugin asked =
      plugin(credential(R"({"token":"t"})"), "printf '%s' \"$KUBERNETES_EXEC_INFO\" > " + dir_.path() +
                                                 "/info\nprintf '%s|%s|%s' \"$1\" \"$OWN\" \"$PATH\" > " + dir_.path() + "/given");
  asked.arguments = {"--region=x"};
  asked.environment = {{"OWN", Secret("mine")}};
  asked.provide_cluster_info = true;
  ASSERT_TRUE(ExecSource(asked, {Json{{"server", "https://k"}}, false}, clock_).current());
  EXPECT_EQ(
      Json::parse(content(dir_.path() + "/info")),
      Json::parse(
          R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://k"}}})"));
  EXPECT_EQ(content(dir_.path() + "/given"), "--region=x|mine|" + std::string(std::getenv("PATH")));
}

TEST_F(Exec, KeepsTheClusterFromAPluginThatDidNotAsk) {
  const ExecPlugin silent = plugin(credential(R"({"token":"t"})"), "printf '%s' \"$KUBERNETES_EXEC_INFO\" > " + dir_.path() + "/info");
  ASSERT_TRUE(ExecSource(silent, {Json{{"server", "https://k"}}, false}, clock_).current());
  EXPECT_FALSE(Json::parse(content(dir_.path() + "/info"))["spec"].contains("cluster"));
}

TEST_F(Exec, RefusesAnswersOfTheWrongForm) {
  for (const std::string& output :
       {credential(R"({"token":"hunter2"})", "client.authentication.k8s.io/v1beta1"), credential("{}"), credential("null"),
        credential(R"({"clientCertificateData":"hunter2"})"), credential(R"({"clientKeyData":"hunter2"})"), std::string("hunter2"),
        std::string(R"({"kind":"Other","status":{"token":"hunter2"}})")}) {
    const Error error = error_of(plugin(output));
    EXPECT_EQ(error.kind, ErrorKind::unauthenticated) << output;
    EXPECT_THAT(error.message, HasSubstr("/login"));
    EXPECT_THAT(error.message + error.hint, Not(HasSubstr("hunter2")));
  }
}

TEST_F(Exec, AFailingPluginIsNamedAndItsOutputIsNot) {
  const Error error = error_of(plugin("hunter2", "echo hunter2 >&2; echo hunter2; exit 7"));
  EXPECT_EQ(error.kind, ErrorKind::unauthenticated);
  EXPECT_THAT(error.message, HasSubstr("7"));
  EXPECT_THAT(error.message + error.hint, Not(HasSubstr("hunter2")));
}

TEST_F(Exec, AMissingPluginComesWithItsInstallHint) {
  ExecPlugin missing;
  missing.api_version = v1;
  missing.command = "refloat-no-such-plugin";
  missing.install_hint = "get it from the shop";
  const Error error = error_of(missing);
  EXPECT_THAT(error.message, HasSubstr("refloat-no-such-plugin"));
  EXPECT_EQ(error.hint, "get it from the shop");
}

TEST_F(Exec, ChecksTheConfiguration) {
  const auto refused = [](const std::function<void(ExecPlugin&)>& change, bool interactive = false) {
    ExecPlugin made;
    made.api_version = v1;
    made.command = "login";
    made.interactive_mode = "IfAvailable";
    change(made);
    return !check_exec_plugin(made, interactive);
  };
  EXPECT_FALSE(refused([](ExecPlugin& /*p*/) {}));
  EXPECT_TRUE(refused([](ExecPlugin& p) { p.command = ""; }));
  EXPECT_TRUE(refused([](ExecPlugin& p) { p.api_version = ""; }));
  EXPECT_TRUE(refused([](ExecPlugin& p) { p.api_version = "client.authentication.k8s.io/v1alpha1"; }));
  EXPECT_TRUE(refused([](ExecPlugin& p) { p.interactive_mode = ""; }));
  EXPECT_TRUE(refused([](ExecPlugin& p) { p.interactive_mode = "Sometimes"; }));
  EXPECT_TRUE(refused([](ExecPlugin& p) { p.interactive_mode = "Always"; }));
  EXPECT_FALSE(refused([](ExecPlugin& p) { p.interactive_mode = "Always"; }, true));
}

TEST_F(Exec, RunsAgainAfterA401AndSendsTheRequestOnceMore) {
  HttpServer server([](const Request& request) {
    return request.header("Authorization") == "Bearer t2" ? test::json(200, "{}") : test::text(401, "Unauthorized");
  });
  KubeUser user;
  user.exec = plugin(credential(R"({"token":"t$RUN"})"));
  auto credentials = make_credentials(user, {}, clock_);
  ASSERT_TRUE(credentials);
  HttpKubeApi api(test::Client::endpoint(server.url()), *credentials, clock_, {});
  EXPECT_TRUE(api.get_raw("/version"));
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(Exec, AFixedTokenBeatsThePlugin) {
  KubeUser user;
  user.token = Secret("fixed");
  user.exec = plugin(credential(R"({"token":"t"})"));
  auto credentials = make_credentials(user, {}, clock_);
  EXPECT_EQ((*credentials)->current()->authorization.reveal(), "Bearer fixed");
  EXPECT_EQ(runs(), 0U);
}

}  // namespace
}  // namespace refloat
