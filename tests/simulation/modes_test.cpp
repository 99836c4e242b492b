// Modes of single signatures on the simulated cluster: of several root causes the most careful decides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "simulation/breaks.h"
#include "simulation/pilot.h"

namespace refloat::simulation {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::IsEmpty;
using testing::Not;

constexpr const char* stuck = "hook-stuck-terminating";
constexpr const char* partial = "migration-partial";

bool strike(DemoStage& stage, const std::string& name) {
  const auto& all = recoverable_breaks();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Break& each) { return each.name == name; });
  return found != all.end() && found->strike(stage);
}

// The first of the breaks has both causes.
std::unique_ptr<DemoStage> stage_with_modes(const char* mode, const Json& by_signature) {
  auto stage = healthy_stage();
  edit_stack(*stage, {{"mode", mode}, {"modeBySignature", by_signature}});
  return stage;
}

TEST(Modes, AutoWithOneCauseOnApproveAsks) {
  const auto stage = stage_with_modes("Auto", {{stuck, "Approve"}});
  ASSERT_TRUE(recoverable_breaks().front().strike(*stage));
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage);
  pilot.run_for(90s);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  auto open = recoveries_of(*stage);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open.front().plan.findings.size(), 2U);
  EXPECT_EQ(phase_of(open.front()), "AwaitingApproval");
  decide(*stage, open.front(), "approve");
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min)) << recoveries_of(*stage).front().message;
}

TEST(Modes, AutoWithAnotherSignatureOnApproveRecovers) {
  const auto stage = stage_with_modes("Auto", {{partial, "Approve"}});
  ASSERT_TRUE(strike(*stage, "hook stuck"));
  Pilot pilot(*stage);
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
}

TEST(Modes, ObserveWithOneOnAutoRecoversThatAndOnlyThat) {
  const auto stage = stage_with_modes("Observe", {{stuck, "Auto"}});
  ASSERT_TRUE(strike(*stage, "hook stuck"));
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
  pilot.run_for(20s);
  EXPECT_EQ(recoveries_of(*stage).size(), 1U);
  ASSERT_TRUE(strike(*stage, "namespaces lost"));
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(10min);
  EXPECT_EQ(recoveries_of(*stage).size(), 1U);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(text_at(stack_object(*stage), {"status", "state"}), "Aground");
  EXPECT_FALSE(at_path(stack_object(*stage), {"status", "shadow"}).empty());
  EXPECT_THAT(event_reasons(*stage), Contains("WouldRecover"));
}

// Whichever of the two is on Auto, the other one is only observed.
TEST(Modes, OfTwoCausesTheMoreCarefulDecides) {
  for (const char* trusted : {stuck, partial}) {
    SCOPED_TRACE(trusted);
    const auto stage = stage_with_modes("Observe", {{trusted, "Auto"}});
    ASSERT_TRUE(recoverable_breaks().front().strike(*stage));
    const std::size_t before = stage->cluster().audit().size();
    Pilot pilot(*stage);
    pilot.run_for(2min);
    EXPECT_THAT(changes(*stage, before), IsEmpty());
    EXPECT_THAT(recoveries_of(*stage), IsEmpty());
    EXPECT_EQ(at_path(stack_object(*stage), {"status", "shadow"}).size(), 1U);
  }
  const auto stage = stage_with_modes("Observe", {{stuck, "Auto"}, {partial, "Auto"}});
  ASSERT_TRUE(recoverable_breaks().front().strike(*stage));
  Pilot pilot(*stage);
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min)) << "all causes are trusted";
}

TEST(Modes, AStormAsksAboutATrustedSignatureToo) {
  const auto stage = stage_with_modes("Observe", {{stuck, "Auto"}});
  ASSERT_TRUE(strike(*stage, "hook stuck"));
  Fleet fleet;
  for (int other = 0; other < 20; ++other) fleet.set_aground("argocd/other-" + std::to_string(other), true, stage->cluster().now());
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage, nullptr, &fleet);
  pilot.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  ASSERT_EQ(recoveries_of(*stage).size(), 1U);
  EXPECT_EQ(phase_of(recoveries_of(*stage).front()), "AwaitingApproval");
}

TEST(Modes, ACauseMadeMoreCarefulMeanwhileStopsTheRunAndGivesItsPlaceBack) {
  for (const char* careful : {"Approve", "Observe"}) {
    SCOPED_TRACE(careful);
    const auto stage = broken_stage("Auto");
    Fleet fleet(FleetLimits{.running_max = 1});
    Pilot pilot(*stage, nullptr, &fleet);
    ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
    edit_stack(*stage, {{"modeBySignature", {{partial, careful}}}});
    const std::size_t before = stage->cluster().audit().size();
    pilot.run_for(30s);
    EXPECT_THAT(changes(*stage, before), IsEmpty());
    EXPECT_TRUE(fleet.take_place("argocd/another"));
    fleet.give_place("argocd/another");
    EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::running);
    edit_stack(*stage, {{"modeBySignature", nullptr}});
    EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
  }
}

}  // namespace
}  // namespace refloat::simulation
