// The soak's rules fire: what must never happen, in records made by hand.
#include "simulation/soak/record_rules.h"

#include <gtest/gtest.h>

namespace refloat::simulation {
namespace {

// Two steps, in the order of their phases.
Recovery two_steps() {
  Recovery recovery;
  recovery.name = "dev-1";
  recovery.ns = "argocd";
  for (const Phase phase : {Phase::migrate, Phase::restart}) {
    PlanStep step;
    step.id = std::string(to_string(phase)) + "-1";
    step.phase = phase;
    step.application = "app";
    recovery.plan.steps.push_back(step);
    StepRun run;
    run.id = step.id;
    recovery.steps.push_back(run);
  }
  return recovery;
}

TEST(RecordRules, NoStepActsBeforeThoseInFrontOfItAreOver) {
  Recovery recovery = two_steps();
  EXPECT_EQ(order_fault(recovery), "");
  recovery.steps[1].effects.emplace_back();
  EXPECT_NE(order_fault(recovery), "");
  recovery.steps[0].state = StepState::running;
  EXPECT_NE(order_fault(recovery), "");
  for (const StepState over : {StepState::done, StepState::skipped}) {
    recovery.steps[0].state = over;
    EXPECT_EQ(order_fault(recovery), "");
  }
  std::swap(recovery.plan.steps[0].phase, recovery.plan.steps[1].phase);
  EXPECT_NE(order_fault(recovery), "");
}

TEST(RecordRules, TwoDoNotActOnOneApplication) {
  Recovery other = two_steps();
  EXPECT_EQ(overlap({two_steps()}), "");
  EXPECT_NE(overlap({two_steps(), other}), "");
  other.ns = "elsewhere";
  EXPECT_EQ(overlap({two_steps(), other}), "");
}

TEST(RecordRules, NeitherStepsNorRecoveriesAreTriedWithoutEnd) {
  Limits limits;
  limits.attempts_per_step = 2;
  limits.recoveries_max = 1;
  Recovery recovery = two_steps();
  recovery.steps[0].attempts = 2;
  recovery.steps[0].effects.emplace_back();
  EXPECT_EQ(excess({recovery, two_steps()}, limits), "") << "one that did nothing is no attempt";
  EXPECT_NE(excess({recovery, recovery}, limits), "");
  recovery.steps[0].attempts = 3;
  EXPECT_NE(excess({recovery}, limits), "");
}

TEST(RecordRules, ASecretIsFoundWhereverItStandsAndNotRepeated) {
  const Json body = {{"spec", {{"list", {"fine", "user=x password=hunter22"}}}}};
  const std::string where = secret_within(body, {"hunter22"});
  EXPECT_NE(where.find("list"), std::string::npos);
  EXPECT_EQ(where.find("hunter22"), std::string::npos);
  EXPECT_EQ(secret_within(body, {"other"}), "");
}

TEST(RecordRules, OnlyArgoCdsOwnHookFinalizerMayGo) {
  const auto with = [](const Json& finalizers) { return Json{{"metadata", {{"finalizers", finalizers}}}}; };
  const Json before = with({"argocd.argoproj.io/hook-finalizer", "backup.example.com/keep"});
  EXPECT_EQ(foreign_finalizers_gone(before, with({"backup.example.com/keep"})), "");
  EXPECT_EQ(foreign_finalizers_gone(before, with(Json::array())), "backup.example.com/keep");
  EXPECT_EQ(foreign_finalizers_gone(Json{{"metadata", Json::object()}}, with(Json::array())), "");
}

TEST(RecordRules, AJournalOnlyGoesForward) {
  Recovery before = two_steps(), after = two_steps();
  before.steps[0].state = after.steps[0].state = StepState::running;
  before.steps[0].effects.emplace_back();
  EXPECT_NE(journal_fault(before, after), "") << "an effect was forgotten";
  after = before;
  after.steps[0].effects[0].state = EffectState::applied;
  EXPECT_EQ(journal_fault(before, after), "");
  EXPECT_NE(journal_fault(after, before), "") << "an answer was taken back";
  after.steps[0].state = StepState::waiting;
  EXPECT_NE(journal_fault(before, after), "");
}

}  // namespace
}  // namespace refloat::simulation
