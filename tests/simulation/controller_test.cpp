// The controller's turns on the simulated cluster: what each mode does with an incident, and what it does not. Where what matters is said
// by the databases themselves they are on a real PostgreSQL, else on the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "cli/demo/end_state.h"
#include "simulation/breaks.h"
#include "simulation/pilot.h"

namespace refloat::simulation {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::IsEmpty;
using testing::Not;

const Break& first_break() {
  return recoverable_breaks().front();
}

// The databases are asked only once no recovery is open any more: that costs most.
bool afloat(DemoStage& stage) {
  const auto all = recoveries_of(stage);
  const bool open = std::any_of(all.begin(), all.end(), [](const Recovery& r) { return r.verdict == Verdict::running; });
  return !all.empty() && !open && all_good(state_of(stage));
}

std::unique_ptr<DemoStage> broken_stage(const char* mode, Databases databases = Databases::model) {
  auto stage = healthy_stage("argocd", databases);
  edit_stack(*stage, {{"mode", mode}});
  EXPECT_TRUE(first_break().strike(*stage));
  return stage;
}

TEST(Controller, AutoRecoversWithoutAHandAndTellsTheStory) {
  const auto stage = broken_stage("Auto", Databases::real);
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
  pilot.run_for(20s);
  const auto recoveries = recoveries_of(*stage);
  ASSERT_EQ(recoveries.size(), 1U);
  EXPECT_EQ(recoveries.front().verdict, Verdict::recovered) << recoveries.front().message;
  EXPECT_EQ(text_at(stack_object(*stage), {"status", "state"}), "Afloat");
  for (const char* reason : {"FindingDetected", "RecoveryStarted", "StepDone", "Recovered"}) {
    EXPECT_THAT(event_reasons(*stage), Contains(reason));
  }
}

TEST(Controller, ObserveChangesNothingAndRecordsWhatItWouldHaveDone) {
  const auto stage = broken_stage("Observe", Databases::real);
  const std::size_t before = stage->cluster().audit().size();
  const std::string databases = databases_as_text(*stage);
  Pilot pilot(*stage);
  pilot.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(databases_as_text(*stage), databases);
  EXPECT_THAT(recoveries_of(*stage), IsEmpty());
  const Json status = stack_object(*stage)["status"];
  EXPECT_EQ(text_at(status, {"state"}), "Aground");
  EXPECT_NE(status.dump().find("shadow"), std::string::npos) << status.dump(1);
  EXPECT_THAT(event_reasons(*stage), Contains("WouldRecover"));
}

TEST(Controller, ApproveWaitsForThePersonAndThenRecovers) {
  const auto stage = broken_stage("Approve");
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage);
  pilot.run_for(90s);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  auto open = recoveries_of(*stage);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(phase_of(open.front()), "AwaitingApproval");
  decide(*stage, open.front(), "approve");
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min)) << recoveries_of(*stage).front().message;
  pilot.run_for(20s);
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::recovered);
}

TEST(Controller, ARejectedPlanIsNotCarriedOut) {
  const auto stage = broken_stage("Approve");
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage);
  pilot.run_for(60s);
  auto open = recoveries_of(*stage);
  ASSERT_EQ(open.size(), 1U);
  decide(*stage, open.front(), "reject");
  pilot.run_for(60s);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  ASSERT_EQ(recoveries_of(*stage).size(), 1U) << "a no is not asked about again";
  EXPECT_EQ(phase_of(recoveries_of(*stage).front()), "Rejected");
  EXPECT_EQ(text_at(stack_object(*stage), {"status", "state"}), "Parked");
}

// In Auto too: what a person ended does not begin again by itself, until they ask for it.
TEST(Controller, WhatAPersonAbortedStaysSoUntilTheyAskAgain) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  decide(*stage, recoveries_of(*stage).front(), "abort");
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict == Verdict::aborted; }, 1min));
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(5min);
  EXPECT_EQ(recoveries_of(*stage).size(), 1U);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  decide(*stage, recoveries_of(*stage).front(), "retry");
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
}

TEST(Controller, APauseRequestStopsItAtTheNextStep) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  edit_stack(*stage, {{"pauseRequests", Json::array({"a-person: looking into it"})}});
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

// Storm: the cause of so many is not theirs.
TEST(Controller, AStormStopsAndAsks) {
  const auto stage = broken_stage("Auto");
  Fleet fleet;
  for (int other = 0; other < 20; ++other) fleet.set_aground("argocd/other-" + std::to_string(other), true, stage->cluster().now());
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage, nullptr, &fleet);
  pilot.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  const auto open = recoveries_of(*stage);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(phase_of(open.front()), "AwaitingApproval");
}

// The plan was made for the databases the Stack named then.
TEST(Controller, AStackThatNamesOtherDatabasesMeanwhileEndsTheRun) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  Json databases = stack_object(*stage)["spec"]["databases"];
  databases[0]["connection"]["host"] = "elsewhere.example";
  edit_stack(*stage, {{"databases", databases}});
  const std::size_t before = stage->cluster().audit().size();
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

// Began in Auto, stopped by a person who set the Stack to Observe: it holds nobody up, and is too old when Auto comes back.
TEST(Controller, AModeThatForbidsToGoOnGivesPlaceAndLeaseBack) {
  const auto stage = broken_stage("Auto");
  Fleet fleet(FleetLimits{.running_max = 1});
  Pilot pilot(*stage, nullptr, &fleet);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  edit_stack(*stage, {{"mode", "Observe"}});
  pilot.run_for(10s);
  EXPECT_TRUE(fleet.take_place("argocd/another"));
  fleet.give_place("argocd/another");
  const std::size_t before = stage->cluster().audit().size();
  stage->cluster().advance(2h);
  edit_stack(*stage, {{"mode", "Auto"}});
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

// Every boundary of every effect: the process dies, another finishes, nothing destructive happens twice.
TEST(Controller, AnotherReplicaFinishesWhatADeadOneBegan) {
  std::size_t effects = 0;
  {
    const auto stage = broken_stage("Auto");
    Fate fate;
    Pilot pilot(*stage, &fate);
    ASSERT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
    effects = fate.sent;
  }
  ASSERT_GT(effects, 0U);
  for (std::size_t index = 0; index < effects; ++index) {
    for (const Boundary boundary : all_boundaries) {
      SCOPED_TRACE(std::string(to_string(boundary)) + " of effect " + std::to_string(index));
      const auto stage = broken_stage("Auto");
      Fate first;
      first.effect = index;
      first.boundary = boundary;
      bool died = false;
      try {
        Pilot pilot(*stage, &first);
        (void)pilot.run([] { return false; }, 10min);
      } catch (const Died&) {
        died = true;
      }
      EXPECT_TRUE(died);
      Fate second;
      Pilot other(*stage, &second, nullptr, "other");
      EXPECT_TRUE(other.run([&] { return afloat(*stage); }, 10min));
      std::multiset<std::string> destructive;
      for (const auto* done : {&first.effects, &second.effects}) {
        for (const std::string& effect : *done) {
          if (effect.starts_with("repair ") || effect.starts_with("delete ")) destructive.insert(effect);
        }
      }
      for (const std::string& effect : destructive) EXPECT_EQ(destructive.count(effect), 1U) << effect;
    }
  }
}

}  // namespace
}  // namespace refloat::simulation
