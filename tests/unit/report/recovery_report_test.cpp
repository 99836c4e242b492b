#include "report/recovery_report.h"

#include <gtest/gtest.h>

#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

Recovery recovery(Verdict verdict) {
  Recovery recovery;
  recovery.name = "temporal-dev-7d1e";
  recovery.ns = "argocd";
  recovery.stack = "temporal-dev";
  recovery.plan = plan({step(Phase::migrate, "migrate-1"), step(Phase::restart, "restart-1")});
  recovery.started_at = at("2025-12-03T11:00:00Z");
  recovery.finished_at = at("2025-12-03T11:00:23Z");
  recovery.verdict = verdict;
  StepRun done{"migrate-1", StepState::done, recovery.started_at, recovery.finished_at, 1, "synced", {}};
  Effect effect;
  effect.display = "PATCH /apis/argoproj.io/v1alpha1/namespaces/argocd/applications/x";
  effect.state = EffectState::applied;
  done.effects = {effect};
  recovery.steps = {done, {"restart-1", StepState::waiting, std::nullopt, std::nullopt, 0, "", {}}};
  return recovery;
}

TEST(RecoveryReport, VerdictIsTheLastLineAndCountsWhatWasDone) {
  EXPECT_EQ(lines(render(recovery(Verdict::recovered), Format::text, style())).back(), "recovered and verified in 23s: 1 step, 1 write");
  EXPECT_EQ(lines(render(recovery(Verdict::recovered), Format::brief, style())).back(), "recovered and verified in 23s: 1 step, 1 write");
}

TEST(RecoveryReport, NothingToDoIsNotCalledARecovery) {
  Recovery nothing = recovery(Verdict::recovered);
  nothing.steps.clear();
  nothing.message = "3 Applications examined";
  EXPECT_EQ(lines(render(nothing, Format::text, style())).back(), "3 Applications examined");
}

TEST(RecoveryReport, FailureSaysWhyAndWhatComesNext) {
  Recovery failed = recovery(Verdict::failed);
  failed.message = "timeout after 10m";
  failed.steps[1].state = StepState::failed;
  failed.steps[1].message = "blocked by ImagePullBackOff";
  const std::string text = render(failed, Format::text, style());
  EXPECT_NE(text.find("blocked by ImagePullBackOff"), std::string::npos);
  EXPECT_NE(text.find("refloat diagnose temporal-dev"), std::string::npos);
  EXPECT_NE(lines(text).back().find("timeout after 10m"), std::string::npos);
}

TEST(RecoveryReport, AnInterruptedRunSaysHowToResume) {
  const std::string text = render(recovery(Verdict::running), Format::text, style());
  EXPECT_NE(text.find("refloat recover temporal-dev -n argocd"), std::string::npos);
  EXPECT_NE(lines(text).back().find("rerun to resume"), std::string::npos);
}

TEST(RecoveryReport, EveryEffectIsListedWithItsOutcome) {
  Recovery lost = recovery(Verdict::running);
  lost.steps[0].effects[0].state = EffectState::ambiguous;
  const std::string text = render(lost, Format::text, style());
  EXPECT_NE(text.find("ambiguous"), std::string::npos);
  EXPECT_NE(text.find("PATCH /apis/argoproj.io"), std::string::npos);
  EXPECT_NE(lines(text).back().find("0 writes"), std::string::npos);
}

TEST(RecoveryReport, JsonIsTheRecoveryObject) {
  const Json json = Json::parse(render(recovery(Verdict::recovered), Format::json, style()));
  EXPECT_EQ(json["kind"], "Recovery");
  const auto read = recovery_from_json(json);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->verdict, Verdict::recovered);
  EXPECT_EQ(read->steps.size(), 2U);
}

}  // namespace
}  // namespace refloat
