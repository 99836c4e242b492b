#include <gtest/gtest.h>

#include "report/plan_report.h"
#include "unit/cli/fake_engine.h"
#include "unit/cli/temp_dir.h"

namespace refloat {
namespace {

using namespace samples;
using test::Program;
using test::stack_file;

class RecoverCommand : public testing::Test {
 protected:
  RecoverCommand() {
    program_.found.findings = {finding("some-cause")};
    program_.plan = plan({step(Phase::migrate, "migrate-1")});
  }
  int recover(std::vector<std::string> flags = {}) {
    std::vector<std::string> arguments = {"recover", "-f", stack_file(dir_.path())};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return program_.run(arguments);
  }
  [[nodiscard]] std::string saved(const Json& json) const { return dir_.write("saved.plan.json", json.dump()); }

  test::TempDir dir_;
  Program program_;
};

TEST_F(RecoverCommand, WithoutTerminalAndApprovalItRefuses) {
  EXPECT_EQ(recover(), 1);
  EXPECT_FALSE(program_.called("recover"));
  EXPECT_NE(program_.err.find("hint: "), std::string::npos);
}

TEST_F(RecoverCommand, OnATerminalItAsksAndOnlyYesAgrees) {
  program_.tty = true;
  for (const char* answer : {"", "n\n", "maybe\n"}) {
    program_.input = answer;
    EXPECT_EQ(recover(), 4) << answer;
    EXPECT_FALSE(program_.called("recover")) << answer;
  }
  program_.input = "y\n";
  EXPECT_EQ(recover(), 0);
  EXPECT_TRUE(program_.called("recover"));
}

TEST_F(RecoverCommand, ShowsThePlanBeforeItAsks) {
  program_.tty = true;
  recover();
  EXPECT_LT(program_.err.find("migrate-1"), program_.err.find("[y/N]"));
}

TEST_F(RecoverCommand, AnUnchangedSavedPlanIsRun) {
  const std::string file = saved(plan_json({program_.found, program_.plan, std::nullopt}));
  EXPECT_EQ(recover({"--plan", file}), 0);
  EXPECT_TRUE(program_.called("recover"));
}

TEST_F(RecoverCommand, AStaleSavedPlanIsRefusedAndTheDifferenceShown) {
  Plan other = plan({step(Phase::restart, "restart-1")});
  const std::string file = saved(plan_json({program_.found, other, std::nullopt}));
  EXPECT_EQ(recover({"--plan", file}), 4);
  EXPECT_FALSE(program_.called("recover"));
  EXPECT_NE(program_.err.find("- restart-1"), std::string::npos);
  EXPECT_NE(program_.err.find("+ migrate-1"), std::string::npos);
}

TEST_F(RecoverCommand, ASavedPlanDoesNotOverruleAGuardrail) {
  program_.plan = plan({step(Phase::migrate, "migrate-1", false)});
  const std::string file = saved(plan_json({program_.found, program_.plan, std::nullopt}));
  EXPECT_EQ(recover({"--plan", file, "--yes"}), 4);
  EXPECT_FALSE(program_.called("recover"));
}

TEST_F(RecoverCommand, APlanFileThatIsNoneIsAnError) {
  EXPECT_EQ(recover({"--plan", dir_.path() + "/absent.json"}), 1);
  EXPECT_EQ(recover({"--plan", dir_.write("junk", "{")}), 1);
  EXPECT_EQ(recover({"--plan", dir_.write("other", "{}")}), 4);
  EXPECT_FALSE(program_.called("recover"));
}

TEST_F(RecoverCommand, NothingAutomaticIsRefusedNotReportedAsRecovered) {
  program_.plan = plan({});
  EXPECT_EQ(recover({"--yes"}), 4);
  EXPECT_FALSE(program_.called("recover"));
}

TEST_F(RecoverCommand, AnUnfinishedRecoveryIsResumed) {
  Recovery unfinished;
  unfinished.name = "temporal-dev-1";
  unfinished.plan = program_.plan;
  program_.unfinished = unfinished;
  EXPECT_EQ(recover({"--yes"}), 0);
  EXPECT_TRUE(program_.called("resume"));
  EXPECT_FALSE(program_.called("plan"));
}

TEST_F(RecoverCommand, ResumingNeedsApprovalToo) {
  program_.unfinished = Recovery{};
  EXPECT_EQ(recover(), 1);
  EXPECT_FALSE(program_.called("resume"));
}

TEST_F(RecoverCommand, HowToApproveOneThatWaitsIsSaidForTheSameCluster) {
  Recovery waiting;
  waiting.name = "temporal-dev-1";
  waiting.ns = "argocd";
  waiting.needs_approval = true;
  waiting.stage = Stage::awaiting_approval;
  program_.unfinished = waiting;
  EXPECT_EQ(recover({"--yes", "--context", "prod"}), 4);
  EXPECT_NE(program_.err.find(" approve temporal-dev-1 -n argocd --context prod\n"), std::string::npos) << program_.err;
  EXPECT_FALSE(program_.called("resume"));
}

TEST_F(RecoverCommand, AResumedRunMustBeTheSavedPlans) {
  Recovery unfinished;
  unfinished.plan = plan({step(Phase::restart, "restart-1")});
  program_.unfinished = unfinished;
  EXPECT_EQ(recover({"--plan", saved(plan_json({program_.found, program_.plan, std::nullopt}))}), 4);
  EXPECT_FALSE(program_.called("resume"));
}

TEST_F(RecoverCommand, AStackThatAnotherRunHoldsIsRefusedAndSaysWho) {
  program_.recover_error = Error{ErrorKind::stale, "Lease argocd/refloat-x is held by host, process 7", "wait for that run"};
  for (const bool resumes : {false, true}) {
    if (resumes) program_.unfinished = Recovery{};
    EXPECT_EQ(recover({"--yes"}), 4) << program_.err;
    EXPECT_NE(program_.out.find("held by host, process 7"), std::string::npos) << program_.out;
    EXPECT_NE(program_.err.find("hint: wait for that run\n"), std::string::npos) << program_.err;
    EXPECT_EQ(program_.err.find("held by"), std::string::npos) << "said once";
    EXPECT_EQ(recover({"--yes", "-o", "json"}), 4);
    EXPECT_EQ(Json::parse(program_.out)["status"]["verdict"], "Refused");
  }
}

TEST_F(RecoverCommand, ARunThatBreaksOffIsNotCalledRefused) {
  program_.begins = true;
  program_.recover_error = Error{ErrorKind::stale, "Stack temporal-dev was deleted"};
  EXPECT_EQ(recover({"--yes"}), 1);
  EXPECT_NE(program_.err.find("error: Stack temporal-dev was deleted"), std::string::npos) << program_.err;
}

TEST_F(RecoverCommand, WhatIsTooYoungToJudgeIsNoSuccess) {
  program_.found.findings.clear();
  program_.found.pending = {{"operation-stuck", {"Application", "argocd", "m", ""}, "runs for 3m", at("2025-12-03T11:20:00Z")}};
  program_.plan = plan({});
  EXPECT_EQ(recover({"--yes"}), 3) << program_.out;
  EXPECT_NE(program_.out.find("operation-stuck on Application/m (look again at 11:20:00)"), std::string::npos) << program_.out;
  EXPECT_EQ(recover({"--yes", "-o", "json"}), 3);
  EXPECT_NE(Json::parse(program_.out)["status"]["verdict"], "Recovered");
}

TEST_F(RecoverCommand, WhatALookWaitsForIsSaidOnStderrOnly) {
  program_.waits_for = "operation-stuck is too young";
  for (const char* command : {"diagnose", "plan", "recover"}) {
    std::vector<std::string> arguments = {command, "-f", stack_file(dir_.path()), "-o", "json"};
    if (std::string(command) == "recover") arguments.emplace_back("--yes");
    program_.run(arguments);
    EXPECT_NE(program_.err.find(". operation-stuck is too young\n"), std::string::npos) << command << program_.err;
    EXPECT_EQ(program_.out.find("too young"), std::string::npos) << command;
  }
}

TEST_F(RecoverCommand, OnATerminalTheWaitIsGoneBeforeThePlanIsShown) {
  program_.waits_for = "operation-stuck is too young";
  program_.tty = true;
  recover();
  const auto wait = program_.err.find("too young");
  ASSERT_NE(wait, std::string::npos);
  EXPECT_LT(program_.err.find("\r\033[K", wait), program_.err.find("migrate-1")) << program_.err;
}

TEST_F(RecoverCommand, SeveralStacksNeedAName) {
  const std::string file = stack_file(dir_.path(), {"one", "two"});
  EXPECT_EQ(program_.run({"recover", "-f", file, "--yes"}), 1);
  EXPECT_NE(program_.err.find("argocd/one"), std::string::npos);
  EXPECT_EQ(program_.run({"recover", "-f", file, "--yes", "two"}), 0);
}

TEST_F(RecoverCommand, PlanOutCanBeRunAgain) {
  const std::string file = dir_.path() + "/out.plan.json";
  EXPECT_EQ(program_.run({"plan", "-f", stack_file(dir_.path()), "--out", file}), 2);
  EXPECT_EQ(recover({"--plan", file}), 0);
}

TEST_F(RecoverCommand, HowToRunASavedPlanCanBeCopied) {
  const std::string file = dir_.path() + "/out plan.json";
  const std::string stack = stack_file(dir_.path());
  EXPECT_EQ(program_.run({"plan", "-f", stack, "--out", file, "--context", "prod"}), 2);
  EXPECT_NE(program_.err.find("refloat recover --plan '" + file + "' temporal-dev -n argocd --context prod -f " + stack + "\n"),
            std::string::npos)
      << program_.err;
}

TEST_F(RecoverCommand, JsonIsOneRecoveryObjectInEveryEnding) {
  program_.plan = plan({step(Phase::migrate, "migrate-1", false)});
  recover({"--yes", "-o", "json"});
  EXPECT_EQ(Json::parse(program_.out)["kind"], "Recovery");
  program_.found.findings.clear();
  recover({"--yes", "-o", "json"});
  EXPECT_EQ(Json::parse(program_.out)["kind"], "Recovery");
}

}  // namespace
}  // namespace refloat
