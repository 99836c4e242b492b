// The controller in mode Auto where nothing may be done, and where it has done enough.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "cli/demo/incidents.h"
#include "simulation/breaks.h"
#include "simulation/pilot.h"

namespace refloat::simulation {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;

std::string state_told(DemoStage& stage) {
  return text_at(stack_object(stage), {"status", "state"});
}
std::string conditions_told(DemoStage& stage) {
  return at_path(stack_object(stage), {"status", "conditions"}).dump();
}

std::unique_ptr<DemoStage> stage_in_auto(const Json& spec = Json::object()) {
  auto stage = healthy_stage();
  Json edit = spec;
  edit["mode"] = "Auto";
  edit_stack(*stage, edit);
  return stage;
}

class ControllerLeavesAlone : public testing::TestWithParam<const char*> {};

TEST_P(ControllerLeavesAlone, AndSaysWhy) {
  const auto stage = stage_in_auto();
  ASSERT_TRUE(find_incident(GetParam())->strike(*stage));
  const std::size_t before = stage->cluster().audit().size();
  const std::string data = databases_as_text(*stage);
  Pilot pilot(*stage);
  pilot.run_for(20min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(databases_as_text(*stage), data);
  EXPECT_THAT(state_told(*stage), AnyOf("Parked", "Aground"));
  EXPECT_THAT(event_reasons(*stage), testing::Contains("FindingDetected"));
  for (const Recovery& recovery : recoveries_of(*stage)) EXPECT_NE(recovery.verdict, Verdict::recovered) << recovery.name;
}

INSTANTIATE_TEST_SUITE_P(Incidents, ControllerLeavesAlone,
                         testing::Values("version-reset", "foreign-finalizer", "closed-window", "wrong-password"),
                         [](const testing::TestParamInfo<const char*>& incident) {
                           std::string name = incident.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// --- attempts ----------------------------------------------------------------------------------------------------------------------

// With a name that no Job registers the recovery runs, and fails at its goal.
Json expecting(const std::vector<std::string>& names) {
  return {{"bootstrap", {{"expect", {{"temporalNamespaces", names}}}}}};
}

std::size_t ended(DemoStage& stage, Verdict verdict) {
  const auto all = recoveries_of(stage);
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Recovery& r) { return r.verdict == verdict; }));
}

TEST(ControllerAttempts, UsedUpParkTheStackAcrossARestart) {
  Json spec = expecting({"never-registered"});
  spec["limits"] = {{"attemptsMax", 2}};
  const auto stage = stage_in_auto(spec);
  {
    Pilot pilot(*stage);
    ASSERT_TRUE(pilot.run([&] { return ended(*stage, Verdict::failed) == 2; }, 2h)) << conditions_told(*stage);
    pilot.run_for(10min);
    EXPECT_EQ(state_told(*stage), "Parked");
    EXPECT_THAT(conditions_told(*stage), HasSubstr("AttemptsUsedUp"));
  }
  const std::size_t before = stage->cluster().audit().size();
  Pilot other(*stage, nullptr, nullptr, "other");
  other.run_for(1h);
  EXPECT_EQ(recoveries_of(*stage).size(), 2U);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(state_told(*stage), "Parked");
  EXPECT_THAT(conditions_told(*stage), HasSubstr("2 recoveries in a row ended without success"));
}

TEST(ControllerAttempts, AVerifiedRecoveryResetsTheCount) {
  Json spec = expecting({"never-registered"});
  spec["limits"] = {{"attemptsMax", 2}};
  const auto stage = stage_in_auto(spec);
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return ended(*stage, Verdict::failed) == 1; }, 2h)) << conditions_told(*stage);
  edit_stack(*stage, expecting(stage->software().declared_namespaces));
  ASSERT_TRUE(find_incident("namespaces-lost")->strike(*stage));
  ASSERT_TRUE(pilot.run([&] { return ended(*stage, Verdict::recovered) == 1; }, 2h)) << conditions_told(*stage);
  edit_stack(*stage, expecting({"never-registered"}));
  EXPECT_TRUE(pilot.run([&] { return ended(*stage, Verdict::failed) == 3; }, 3h))
      << "one before it, two after it; " << conditions_told(*stage);
  pilot.run_for(1h);
  EXPECT_EQ(recoveries_of(*stage).size(), 4U);
}

// --- what was planned ----------------------------------------------------------------------------------------------------------------

void point_elsewhere(DemoStage& stage) {
  stage.cluster().set_running("applicationset", false);  // which would set it right again
  stage.cluster().admin().patch(stage.stack().application(stage.stack().migrations()), {{"spec", {{"source", {{"path", "elsewhere"}}}}}});
}

// The revision alone does not say what a sync brings, and where to.
TEST(ControllerPlan, ARunEndsWhenAnApplicationDeploysSomethingElseThanWasPlanned) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  point_elsewhere(*stage);
  const std::size_t before = stage->cluster().audit().size();
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted) << recoveries_of(*stage).front().message;
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

}  // namespace
}  // namespace refloat::simulation
