// Every command x format x outcome: the exit code follows from what holds, never from the format.
#include <gtest/gtest.h>

#include "unit/cli/fake_engine.h"
#include "unit/cli/temp_dir.h"

namespace refloat {
namespace {

using namespace samples;
using test::Program;
using test::stack_file;

enum class Holds { nothing, finding, unexamined, both, denied, connection_error, rejected };

struct Case {
  std::string command;
  std::vector<std::string> flags;
  Holds holds;
  int code;
};

void arrange(Program& program, Holds holds) {
  const bool broken = holds != Holds::nothing && holds != Holds::unexamined;
  if (broken) program.found.findings = {finding("some-cause")};
  if (broken) program.plan = plan({step(Phase::migrate, "migrate-1", holds != Holds::denied)});
  if (holds == Holds::unexamined || holds == Holds::both) program.found.unexamined = {{"database x", "unreachable", ErrorKind::transient}};
  if (holds == Holds::connection_error) program.diagnose_error = Error{ErrorKind::unauthenticated, "list applications: the API refuses us"};
  program.rehearsal_accepted = holds != Holds::rejected;
}

class EveryFormat : public testing::TestWithParam<std::string> {};

TEST_P(EveryFormat, DoesNotChangeTheExitCode) {
  const std::vector<Case> cases = {{"diagnose", {}, Holds::nothing, 0},
                                   {"diagnose", {}, Holds::finding, 2},
                                   {"diagnose", {"--fail-on", "critical"}, Holds::finding, 2},
                                   {"diagnose", {}, Holds::unexamined, 3},
                                   {"diagnose", {}, Holds::both, 3},
                                   {"diagnose", {}, Holds::connection_error, 1},
                                   {"plan", {}, Holds::nothing, 0},
                                   {"plan", {}, Holds::finding, 2},
                                   {"plan", {}, Holds::both, 3},
                                   {"plan", {}, Holds::denied, 4},
                                   {"plan", {}, Holds::connection_error, 1},
                                   {"plan", {"--preflight"}, Holds::finding, 2},
                                   {"plan", {"--preflight"}, Holds::rejected, 3},
                                   {"recover", {"--yes"}, Holds::nothing, 0},
                                   {"recover", {"--yes"}, Holds::unexamined, 3},
                                   {"recover", {"--yes"}, Holds::finding, 0},
                                   {"recover", {"--yes"}, Holds::denied, 4},
                                   {"recover", {"--yes"}, Holds::connection_error, 1}};
  const test::TempDir dir;
  for (const Case& each : cases) {
    Program program;
    arrange(program, each.holds);
    std::vector<std::string> arguments = {each.command, "-f", stack_file(dir.path()), "-o", GetParam()};
    arguments.insert(arguments.end(), each.flags.begin(), each.flags.end());
    EXPECT_EQ(program.run(arguments), each.code) << each.command << " case " << static_cast<int>(each.holds) << "\n" << program.err;
    if (each.code == 1) {
      EXPECT_TRUE(program.out.empty());
      EXPECT_EQ(program.err.rfind("error: ", 0), 0U);
    } else if (GetParam() == "json") {
      EXPECT_FALSE(Json::parse(program.out, nullptr, false).is_discarded()) << program.out;
    } else {
      EXPECT_FALSE(program.out.empty());
    }
  }
}

TEST_P(EveryFormat, RecoverEndsWithTheVerdictsCode) {
  const test::TempDir dir;
  const std::vector<std::pair<Verdict, int>> expected = {
      {Verdict::recovered, 0}, {Verdict::failed, 5}, {Verdict::aborted, 5}, {Verdict::refused, 4}, {Verdict::running, 5}};
  for (const auto& [verdict, code] : expected) {
    Program program;
    arrange(program, Holds::finding);
    program.verdict = verdict;
    EXPECT_EQ(program.run({"recover", "-f", stack_file(dir.path()), "--yes", "-o", GetParam()}), code) << to_string(verdict);
    EXPECT_TRUE(program.called("recover"));
  }
}

TEST_P(EveryFormat, OfflineCommandsSucceed) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"signatures"}, {"explain", "fix-it"}, {"playbook", "lint"}, {"version"}}) {
    Program program;
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"-o", GetParam()});
    EXPECT_EQ(program.run(arguments), 0) << command.front() << program.err;
    EXPECT_FALSE(program.out.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, testing::Values("text", "short", "json"), [](const auto& each) { return each.param; });

TEST(ExitCodes, AFormatThatDoesNotExistIsAnErrorOfEveryCommand) {
  const test::TempDir dir;
  for (const char* command : {"diagnose", "plan", "recover", "signatures", "version"}) {
    Program program;
    EXPECT_EQ(program.run({command, "-o", "yaml"}), 1) << command;
    EXPECT_NE(program.err.find("text, short or json"), std::string::npos);
    EXPECT_TRUE(program.calls.empty());
  }
}

TEST(ExitCodes, AFormatIsCheckedBeforeAnythingIsConnectedTo) {
  for (const char* command : {"approve", "reject", "abort", "retry", "pause", "resume", "history"}) {
    Program program;
    program.connect_error = Error{ErrorKind::invalid, "must not be connected to"};
    EXPECT_EQ(program.run({command, "x", "-o", "bad"}), 1) << command;
    EXPECT_NE(program.err.find("text, short or json"), std::string::npos) << program.err;
  }
}

TEST(ExitCodes, ThresholdLeavesFindingsBelowItOut) {
  const test::TempDir dir;
  Program program;
  program.found.findings = {finding("minor", Severity::warning)};
  const std::string file = stack_file(dir.path());
  EXPECT_EQ(program.run({"diagnose", "-f", file, "--context", "it's prod", "--fail-on", "critical"}), 0);
  EXPECT_NE(program.out.find("recover"), std::string::npos);
  EXPECT_NE(program.out.find(" --context 'it'\\''s prod' -f " + file), std::string::npos) << "the next command means the same Stack";
  EXPECT_EQ(program.run({"diagnose", "-f", stack_file(dir.path()), "--fail-on", "warning"}), 2);
  EXPECT_EQ(program.run({"diagnose", "-f", stack_file(dir.path()), "--fail-on", "worst"}), 1);
}

}  // namespace
}  // namespace refloat
