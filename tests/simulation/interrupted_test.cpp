// A recovery whose API server refuses for a moment what it allows before and after, as one that has just started does.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "cli/demo/end_state.h"
#include "cli/demo/incidents.h"
#include "journal/open_journal.h"
#include "simulation/pilot.h"
#include "simulation/run.h"

namespace refloat::simulation {
namespace {

// One run of the default incident; from its first effect on, `times` calls are struck where `strikes` says.
struct Interrupted {
  Fate fate;
  Life life;
  std::size_t effects_before_fault = 0;
  int fired = 0;
  bool good = false;
};

Interrupted run(sim::Fault fault, int times, const std::function<bool(const sim::FaultPoint&)>& strikes) {
  Interrupted out;
  const auto stage = healthy_stage("argocd", Databases::model);
  EXPECT_TRUE(all_incidents().front().strike(*stage));
  stage->cluster().faults().arm(
      fault, times, [&](const sim::FaultPoint& at) { return at.user == "refloat" && !out.fate.effects.empty() && strikes(at); });
  out.life = live(*stage, inputs_of(*stage), out.fate);
  out.fired = stage->cluster().faults().fired(fault);
  out.good = all_good(state_of(*stage));
  return out;
}

bool pods(const sim::FaultPoint& at) {
  return at.verb == "list" && at.path.find("/pods") != std::string::npos;
}

TEST(Interrupted, RefusedReadsOfAMomentDoNotEndIt) {
  const Interrupted run_ = run(sim::Fault::access_lost, 5, pods);
  EXPECT_EQ(run_.fired, 5);
  ASSERT_TRUE(run_.life.recovery) << run_.life.recovery.error().message;
  EXPECT_EQ(run_.life.recovery->verdict, Verdict::recovered) << run_.life.recovery->message;
  EXPECT_TRUE(run_.good);
}

TEST(Interrupted, RefusedReadsThatLastEndItWithTheReason) {
  const Interrupted run_ = run(sim::Fault::access_lost, 1000, pods);
  ASSERT_TRUE(run_.life.recovery) << run_.life.recovery.error().message;
  EXPECT_EQ(run_.life.recovery->verdict, Verdict::failed);
  EXPECT_NE(run_.life.recovery->message.find("Unauthorized"), std::string::npos) << run_.life.recovery->message;
  EXPECT_EQ(run_.fate.effects.size(), 1U) << "nothing is done without a look";
}

// Each try is an intent and an outcome in the journal: they come slower while they are in vain.
TEST(Interrupted, WritesThatKeepConflictingAreTriedSlower) {
  const Interrupted run_ = run(sim::Fault::conflict_storm, 1000, [](const sim::FaultPoint& at) {
    return at.verb == "patch" && at.path.find("/applications/") != std::string::npos;
  });
  ASSERT_TRUE(run_.life.recovery) << run_.life.recovery.error().message;
  EXPECT_NE(run_.life.recovery->verdict, Verdict::recovered);
  EXPECT_GE(run_.fired, 10) << "a moment's conflict does not end it";
  EXPECT_LE(run_.fired, 140) << "ten minutes, one try in five seconds";
}

// A run begun by hand; right after its first effect somebody does something to the Stack.
struct HandRun {
  Result<Recovery> recovery = Error{ErrorKind::invalid, "not run"};
  int effects = 0;
};

HandRun run_by_hand(DemoStage& stage, const std::function<void()>& after_first_effect) {
  HandRun out;
  EXPECT_TRUE(all_incidents().front().strike(stage));
  World world = stage.world();
  Ports ports{*world.kube, *world.databases, *world.clock};
  const Inputs inputs = inputs_of(stage);
  const Stack& stack = inputs.stacks.front();
  const auto planned = make_plan(ports, inputs, stack, true);
  auto journal = open_journal(*world.kube, *world.clock, stack);
  EXPECT_TRUE(planned && journal);
  out.recovery = recover(ports, inputs, stack, planned->plan, **journal, [&](const Progress& progress) {
    if (progress.kind == Progress::Kind::effect && ++out.effects == 1) after_first_effect();
  });
  return out;
}

TEST(Interrupted, APauseRequestStopsARunBegunByHand) {
  const auto stage = healthy_stage("argocd", Databases::model);
  const HandRun run_ = run_by_hand(*stage, [&] { edit_stack(*stage, {{"pauseRequests", {"jane: database upgrade"}}}); });
  ASSERT_TRUE(run_.recovery) << run_.recovery.error().message;
  EXPECT_NE(run_.recovery->verdict, Verdict::recovered);
  EXPECT_NE(run_.recovery->message.find("jane"), std::string::npos) << run_.recovery->message;
  EXPECT_EQ(run_.effects, 1);
}

TEST(Interrupted, DeletingTheStackStopsARunBegunByHand) {
  const auto stage = healthy_stage("argocd", Databases::model);
  const HandRun run_ = run_by_hand(*stage, [&] { stage->cluster().admin().remove(stack_object(*stage), "Background"); });
  ASSERT_FALSE(run_.recovery);
  EXPECT_EQ(run_.recovery.error().kind, ErrorKind::stale);
  EXPECT_NE(run_.recovery.error().message.find("was deleted"), std::string::npos) << run_.recovery.error().message;
  EXPECT_EQ(run_.effects, 1);
}

// Without a record of the intent nothing is sent; with the journal back, it goes on and does nothing twice.
TEST(Interrupted, AJournalThatCannotBeWrittenForAMomentHoldsItUp) {
  const Interrupted run_ = run(sim::Fault::admission_unavailable, 6,
                               [](const sim::FaultPoint& at) { return at.path.find("/recoveries/") != std::string::npos; });
  EXPECT_EQ(run_.fired, 6);
  ASSERT_TRUE(run_.life.recovery) << run_.life.recovery.error().message;
  EXPECT_EQ(run_.life.recovery->verdict, Verdict::recovered) << run_.life.recovery->message;
  EXPECT_TRUE(run_.good);
  for (const StepRun& step : run_.life.recovery->steps) {
    for (const Effect& effect : step.effects) EXPECT_NE(effect.state, EffectState::stale) << effect.describe;
  }
}

// Approved at nine, run by hand later: by then the stack was repaired in another way.
void run_what_was_approved_before(Duration ago) {
  const auto stage = healthy_stage();
  edit_stack(*stage, {{"mode", "Approve"}});
  EXPECT_TRUE(all_incidents().front().strike(*stage));
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, std::chrono::minutes(2)));
  const Recovery asked = recoveries_of(*stage).front();
  const Json object = stage->cluster().admin().find("refloat.dev", "recoveries", asked.ns, asked.name);
  stage->cluster().admin().remove(object, "Background");
  Fate fate;
  ASSERT_TRUE(live(*stage, inputs_of(*stage), fate).recovery);
  ASSERT_TRUE(all_good(state_of(*stage)));
  Json approved{{"apiVersion", "refloat.dev/v1alpha1"}, {"kind", "Recovery"}, {"spec", object["spec"]}};
  approved["metadata"] = {{"name", "asked-at-nine"}, {"namespace", asked.ns}};
  approved["spec"]["approval"] = {{"decision", "approve"}, {"planDigest", asked.plan.digest}, {"by", "a-person"}};
  stage->cluster().admin().create(approved);
  stage->cluster().advance(ago);
  World world = stage->world();
  Ports ports{*world.kube, *world.databases, *world.clock};
  const Inputs inputs = inputs_of(*stage);
  auto journal = open_journal(*world.kube, *world.clock, inputs.stacks.front());
  ASSERT_TRUE(journal);
  const std::size_t before = stage->cluster().audit().size();
  const auto resumed = resume(ports, inputs, inputs.stacks.front(), **journal, {});
  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_FALSE(*resumed);
  EXPECT_TRUE(changes(*stage, before).empty());
}

TEST(Interrupted, WhatWasApprovedLongAgoIsNotDoneToAStackThatIsWell) {
  run_what_was_approved_before(std::chrono::hours(72));
}

// Not yet too old: what is right now decides.
TEST(Interrupted, NorIsWhatWasApprovedWithinTheHour) {
  run_what_was_approved_before(std::chrono::minutes(50));
}

}  // namespace
}  // namespace refloat::simulation
