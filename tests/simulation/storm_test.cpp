// What must not begin at once everywhere: when many Stacks are aground at the same time, the cause is hardly theirs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "simulation/breaks.h"
#include "simulation/pilot.h"

namespace refloat::simulation {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;

bool strike(DemoStage& stage, const char* name) {
  const auto& all = recoverable_breaks();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Break& each) { return std::string(each.name) == name; });
  return found != all.end() && found->strike(stage);
}

// Stacks of one controller, each with a cluster and databases of its own; what they share is the controller's idea of all of them.
struct Stacks {
  std::vector<std::unique_ptr<DemoStage>> stages;
  std::vector<std::size_t> before;
  std::unique_ptr<Fleet> fleet;
  std::vector<std::unique_ptr<Pilot>> pilots;

  explicit Stacks(int count) {
    for (int i = 0; i < count; ++i) {
      stages.push_back(healthy_stage("argocd-" + std::to_string(i), Databases::model));
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
  void run_for(int ticks) {
    for (int i = 0; i < ticks; ++i) {
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

TEST(Storm, OfTwentyThatAreBrokenAlreadyIsSeenByAControllerThatStarts) {
  Stacks stacks(20);
  stacks.break_all();
  stacks.start_controller();
  stacks.run_for(30);
  stacks.expect_all_ask();
}

}  // namespace
}  // namespace refloat::simulation
