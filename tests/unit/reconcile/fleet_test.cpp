#include "reconcile/fleet.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "base/clock.h"

namespace refloat {
namespace {

Time fleet_time(int seconds) {
  return Time{} + std::chrono::seconds(seconds);
}

constexpr FleetLimits limits{.aground_max = 2, .running_max = 1, .settle = std::chrono::seconds(3)};

TEST(Fleet, AFewStacksAgroundMayBeTreatedOnceTheOthersWereLookedAt) {
  Fleet fleet(limits);
  fleet.set_aground("a", true, fleet_time(0));
  const auto early = fleet.hold("a", fleet_time(2));
  ASSERT_TRUE(early);
  EXPECT_EQ(early->retry_at, fleet_time(3));
  EXPECT_FALSE(fleet.hold("a", fleet_time(3)));
  fleet.set_aground("a", true, fleet_time(60));
  EXPECT_FALSE(fleet.hold("a", fleet_time(60))) << "still the same grounding";
}

TEST(Fleet, ManyAtOnceAreAStormUntilEnoughAreAfloatAgain) {
  Fleet fleet(limits);
  for (const char* stack : {"a", "b", "c"}) fleet.set_aground(stack, true, fleet_time(0));
  const auto storm = fleet.hold("a", fleet_time(10));
  ASSERT_TRUE(storm);
  EXPECT_FALSE(storm->retry_at) << "time alone does not end it";
  fleet.set_aground("b", false, fleet_time(11));
  EXPECT_FALSE(fleet.hold("a", fleet_time(11)));
  fleet.set_aground("d", true, fleet_time(12));
  fleet.forget("c");
  EXPECT_EQ(fleet.aground(), 2);
  EXPECT_FALSE(fleet.hold("a", fleet_time(12)));
}

// Whoever may write Playbooks in one namespace could else stop all Stacks that act by themselves.
TEST(Fleet, WhatUsersPlaybooksFindIsAStormForThemAlone) {
  Fleet fleet(limits);
  for (const char* stack : {"one/a", "one/b", "one/c"}) fleet.set_aground(stack, true, fleet_time(0), true);
  fleet.set_aground("one/own", true, fleet_time(0));
  fleet.set_aground("two/d", true, fleet_time(0), true);
  EXPECT_TRUE(fleet.hold("one/a", fleet_time(10)));
  EXPECT_FALSE(fleet.hold("one/own", fleet_time(10)));
  EXPECT_FALSE(fleet.hold("two/d", fleet_time(10)));
  fleet.set_aground("one/a", true, fleet_time(11));
  fleet.set_aground("one/b", true, fleet_time(11));
  EXPECT_TRUE(fleet.hold("one/own", fleet_time(11))) << "by now the catalogue finds something there, too";
  EXPECT_TRUE(fleet.hold("two/d", fleet_time(11)));
}

// A look at a Stack whose database does not answer takes long: longer than a grounding has to settle.
TEST(Fleet, NoneIsTakenForTheOnlyOneBeforeTheOthersThatWokeWereLookedAt) {
  Fleet fleet(limits);
  for (const char* stack : {"a", "b", "c"}) fleet.woken(stack, fleet_time(0));
  fleet.looked("a", fleet_time(0));
  fleet.set_aground("a", true, fleet_time(1));
  const auto early = fleet.hold("a", fleet_time(60));
  ASSERT_TRUE(early);
  EXPECT_TRUE(early->retry_at);
  fleet.looked("b", fleet_time(1));
  EXPECT_TRUE(fleet.hold("a", fleet_time(60))) << "c";
  fleet.forget("c");
  EXPECT_FALSE(fleet.hold("a", fleet_time(60)));
  fleet.woken("d", fleet_time(50));
  EXPECT_FALSE(fleet.hold("a", fleet_time(60))) << "what woke later is waited for by none, or there would be no end";
}

TEST(Fleet, ALookDealsWithWhatWokeBeforeItBegan) {
  Fleet fleet(limits);
  fleet.woken("b", fleet_time(0));
  fleet.woken("b", fleet_time(2));
  fleet.looked("b", fleet_time(1));
  fleet.set_aground("a", true, fleet_time(2));
  EXPECT_TRUE(fleet.hold("a", fleet_time(9))) << "woken again during the look";
  fleet.looked("b", fleet_time(3));
  EXPECT_FALSE(fleet.hold("a", fleet_time(9)));
}

TEST(Fleet, PlacesForRunningRecoveriesAreFew) {
  Fleet fleet(limits);
  EXPECT_TRUE(fleet.take_place("a"));
  EXPECT_TRUE(fleet.take_place("a"));
  EXPECT_FALSE(fleet.take_place("b"));
  fleet.give_place("a");
  EXPECT_TRUE(fleet.take_place("b"));
  fleet.forget("b");
  EXPECT_TRUE(fleet.take_place("a"));
}

// Says when it was asked, and tells what time it is made to be.
class HeardClock final : public Clock {
 public:
  Time now() const override {
    const Time read = fleet_time(seconds);
    ++asked;
    return read;
  }
  void wait_until(Time /*until*/) override {}
  mutable std::atomic<int> asked = 0;
  std::atomic<int> seconds = 0;
};

// Whether a Stack that wants to ask while another does so may, once that took `seconds`.
bool may_ask_after(int seconds) {
  Fleet fleet;
  HeardClock clock;
  auto first = fleet.ask_alone(clock);
  const int before = clock.asked;
  auto second = std::async(std::launch::async, [&] { return static_cast<bool>(fleet.ask_alone(clock)); });
  while (clock.asked == before) std::this_thread::yield();
  clock.seconds = seconds;
  first->unlock();
  return second.get();
}

TEST(Fleet, WhoWaitsWhileOthersAskForLongDecidesAnew) {
  EXPECT_TRUE(may_ask_after(2));
  EXPECT_FALSE(may_ask_after(10));
}

}  // namespace
}  // namespace refloat
