// Bad input with everything real behind the command line: one message, a hint, the exit code, nothing else.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.h"
#include "unit/cli/fake_engine.h"
#include "unit/cli/temp_dir.h"

namespace refloat {
namespace {

struct Ended {
  int code = 0;
  std::string out, err;
};

Ended invoke(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in;
  Console console{out, err, in};
  const Engine engine = real_engine();
  const int code = run("refloat", arguments, all_commands(), console, engine);
  return {code, out.str(), err.str()};
}

std::string kubeconfig(const test::TempDir& dir) {
  return dir.write("kubeconfig", R"(apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: s3cr3t-token}}]
)");
}

class BadInput : public testing::TestWithParam<std::string> {
 protected:
  test::TempDir dir_;
};

TEST_P(BadInput, IsOneMessageWithAHintAndExitCodeOne) {
  const std::string config = kubeconfig(dir_);
  const std::string stack = test::stack_file(dir_.path());
  const std::vector<std::vector<std::string>> mistakes = {
      {"--kubeconfig", config, "-f", stack},                                   // nobody listens there
      {"--kubeconfig", config, "--context", "her", "-f", stack},               // no such context
      {"--kubeconfig", dir_.path() + "/absent", "-f", stack},                  // no such file
      {"--kubeconfig", dir_.write("broken", "{"), "-f", stack},                // no YAML
      {"--kubeconfig", config, "-f", stack, "--request-timeout", "soon"},      // no duration
      {"--kubeconfig", config, "-f", dir_.write("typo.yaml", "kind: Stak\n")}  // no Stack
  };
  for (const auto& flags : mistakes) {
    std::vector<std::string> arguments = {GetParam()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Ended ended = invoke(arguments);
    EXPECT_EQ(ended.code, 1) << ended.err;
    EXPECT_TRUE(ended.out.empty()) << ended.out;
    EXPECT_NE(ended.err.find("error: "), std::string::npos) << ended.err;
    EXPECT_LE(std::count(ended.err.begin(), ended.err.end(), '\n'), 14) << ended.err;
    EXPECT_EQ(ended.err.find("s3cr3t"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Commands, BadInput, testing::Values("diagnose", "plan", "recover"), [](const auto& each) { return each.param; });

TEST(RealWorld, BuiltInPlaybooksAreUsable) {
  const Ended ended = invoke({"signatures", "-o", "json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const Json catalogue = Json::parse(ended.out);
  ASSERT_FALSE(catalogue["items"].empty());
  for (const Json& signature : catalogue["items"]) {
    const Ended explained = invoke({"explain", signature["id"].get<std::string>()});
    EXPECT_EQ(explained.code, 0);
    EXPECT_NE(explained.out.find("How it is proven"), std::string::npos);
  }
}

}  // namespace
}  // namespace refloat
