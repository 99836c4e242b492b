// What must not go on for ever, and what must not begin at once everywhere: a Stack whose recoveries are used up is parked, and many that
// are aground at the same time are nobody's own fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "cli/demo/end_state.h"
#include "sim/program.h"
#include "simulation/breaks.h"
#include "simulation/pilot.h"

namespace refloat::simulation {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;

bool afloat(DemoStage& stage) {
  return all_good(state_of(stage));
}

bool strike(DemoStage& stage, const char* name) {
  const auto& all = recoverable_breaks();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Break& each) { return std::string(each.name) == name; });
  return found != all.end() && found->strike(stage);
}

// What Refloat's own user changed besides its kinds, its Leases and Events.
std::vector<std::string> changes(DemoStage& stage, std::size_t from) {
  std::vector<std::string> out;
  for (const sim::AuditEntry& entry : stage.cluster().audit().writes_of("refloat", from)) {
    const bool own = entry.path.find("refloat.dev") != std::string::npos || entry.path.find("/leases") != std::string::npos ||
                     entry.path.find("/events") != std::string::npos;
    if (!own) out.push_back(entry.verb + " " + entry.path);
  }
  return out;
}

std::vector<Verdict> verdicts(DemoStage& stage) {
  std::vector<Verdict> out;
  for (const Recovery& recovery : recoveries_of(stage)) out.push_back(recovery.verdict);
  return out;
}

std::string status_of(DemoStage& stage) {
  return stack_object(stage)["status"].dump();
}

bool parked(DemoStage& stage) {
  return text_at(stack_object(stage), {"status", "state"}) == "Parked";
}

TEST(Parked, WhatKeepsBreakingStaysParkedAcrossARestartUntilAPersonAsks) {
  const auto stage = healthy_stage();
  edit_stack(*stage, {{"mode", "Auto"}, {"limits", {{"recoveriesMax", 2}}}});
  {
    Pilot first(*stage);
    for (std::size_t time = 1; time <= 2; ++time) {
      ASSERT_TRUE(strike(*stage, "limbo"));
      ASSERT_TRUE(first.run([&] { return recoveries_of(*stage).size() == time && afloat(*stage); }, 10min));
      first.run_for(10s);
    }
    EXPECT_THAT(verdicts(*stage), Each(Verdict::recovered));
    ASSERT_TRUE(strike(*stage, "limbo"));
    const std::size_t before = stage->cluster().audit().size();
    ASSERT_TRUE(first.run([&] { return parked(*stage); }, 5min)) << status_of(*stage);
    first.run_for(1min);
    EXPECT_THAT(changes(*stage, before), IsEmpty());
    EXPECT_THAT(status_of(*stage), HasSubstr("keeps coming back"));
    EXPECT_THAT(event_reasons(*stage), Contains("Parked"));
  }
  Pilot second(*stage);
  const std::size_t before = stage->cluster().audit().size();
  second.run_for(5min);
  EXPECT_THAT(changes(*stage, before), IsEmpty()) << "a restart is no new start";
  EXPECT_TRUE(parked(*stage)) << status_of(*stage);
  EXPECT_EQ(recoveries_of(*stage).size(), 2U);
  decide(*stage, recoveries_of(*stage).back(), "retry");
  EXPECT_TRUE(second.run([&] { return recoveries_of(*stage).size() == 3 && afloat(*stage); }, 10min)) << status_of(*stage);
}

// The migration's container ends at once with an error, whatever the database holds.
void fail_migrations(DemoStage& stage) {
  stage.stack().set_migrate_program(sim::exits(1, {"panic: out of luck"}));
}

TEST(Parked, AVerifiedRecoveryResetsTheCountOfThoseInARow) {
  const auto stage = healthy_stage();
  edit_stack(*stage, {{"mode", "Auto"}, {"limits", {{"attemptsMax", 2}, {"recoveriesMax", 20}}}});
  const auto failed = [&](std::size_t index) {
    return [&stage, index] { return verdicts(*stage).size() > index && verdicts(*stage)[index] == Verdict::failed; };
  };
  Pilot pilot(*stage);
  fail_migrations(*stage);
  ASSERT_TRUE(strike(*stage, "schema missing"));
  ASSERT_TRUE(pilot.run(failed(0), 60min)) << status_of(*stage);
  stage->restore_migrations();
  ASSERT_TRUE(pilot.run([&] { return verdicts(*stage).size() == 2 && afloat(*stage); }, 60min)) << status_of(*stage);
  pilot.run_for(10s);
  EXPECT_EQ(verdicts(*stage)[1], Verdict::recovered);

  fail_migrations(*stage);
  ASSERT_TRUE(strike(*stage, "schema missing"));
  ASSERT_TRUE(pilot.run(failed(2), 60min)) << "one failure before the verified recovery and this one are not two in a row: " << status_of(*stage);
  ASSERT_TRUE(pilot.run(failed(3), 60min)) << "a second attempt was still free: " << status_of(*stage);
  ASSERT_TRUE(pilot.run([&] { return parked(*stage); }, 5min)) << status_of(*stage);
  EXPECT_THAT(status_of(*stage), HasSubstr("2 recoveries in a row ended without success"));
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(5min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(verdicts(*stage).size(), 4U);
}

// --- a storm ------------------------------------------------------------------------------------------------------------------------

// Stacks of one controller, each with a cluster and databases of its own; what they share is the controller's idea of all of them.
struct Stacks {
  std::vector<std::unique_ptr<DemoStage>> stages;
  std::vector<std::size_t> before;
  std::unique_ptr<Fleet> fleet;
  std::vector<std::unique_ptr<Pilot>> pilots;

  explicit Stacks(int count) {
    for (int i = 0; i < count; ++i) {
      stages.push_back(healthy_stage("argocd-" + std::to_string(i)));
      edit_stack(*stages.back(), {{"mode", "Auto"}});
    }
  }
  void start_controller() {
    pilots.clear();
    fleet = std::make_unique<Fleet>();
    for (const auto& stage : stages) pilots.push_back(std::make_unique<Pilot>(*stage, nullptr, fleet.get()));
  }
  void break_all() {
    before.clear();
    for (const auto& stage : stages) {
      ASSERT_TRUE(strike(*stage, "limbo"));
      before.push_back(stage->cluster().audit().size());
    }
  }
  // All of them at the same time, a second at a time.
  void run_for(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      for (const auto& pilot : pilots) pilot->run_for(1s);
    }
  }
  void expect_all_ask() {
    for (std::size_t i = 0; i < stages.size(); ++i) {
      SCOPED_TRACE(i);
      EXPECT_THAT(changes(*stages[i], before[i]), IsEmpty());
      const auto recoveries = recoveries_of(*stages[i]);
      ASSERT_EQ(recoveries.size(), 1U);
      EXPECT_EQ(phase_of(recoveries.front()), "AwaitingApproval");
      EXPECT_THAT(event_reasons(*stages[i]), Contains("Parked"));
    }
  }
};

TEST(Storm, OfTwentyThatBreakAtOnceStopsAndAsks) {
  Stacks stacks(20);
  stacks.start_controller();
  stacks.run_for(3);
  stacks.break_all();
  stacks.run_for(30);
  stacks.expect_all_ask();
  // A person who knows better may still have one of them recovered, and the others go on waiting.
  DemoStage& chosen = *stacks.stages.front();
  decide(chosen, recoveries_of(chosen).front(), "approve");
  EXPECT_TRUE(stacks.pilots.front()->run([&] { return afloat(chosen); }, 10min));
  stacks.run_for(5);
  for (std::size_t i = 1; i < stacks.stages.size(); ++i) EXPECT_THAT(changes(*stacks.stages[i], stacks.before[i]), IsEmpty());
}

TEST(Storm, OfTwentyThatAreBrokenAlreadyIsSeenByAControllerThatStarts) {
  Stacks stacks(20);
  stacks.break_all();
  stacks.start_controller();
  stacks.run_for(30);
  stacks.expect_all_ask();
}

TEST(Storm, OfFewIsNone) {
  Stacks stacks(3);
  stacks.break_all();
  stacks.start_controller();
  stacks.run_for(120);
  for (const auto& stage : stacks.stages) EXPECT_TRUE(afloat(*stage));
}

}  // namespace
}  // namespace refloat::simulation
