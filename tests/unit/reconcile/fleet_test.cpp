#include "reconcile/fleet.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace refloat {
namespace {

Time at(int seconds) {
  return Time{} + std::chrono::seconds(seconds);
}

constexpr FleetLimits limits{.aground_max = 2, .running_max = 1, .settle = std::chrono::seconds(3)};

TEST(Fleet, AFewStacksAgroundMayBeTreatedOnceTheOthersWereLookedAt) {
  Fleet fleet(limits);
  fleet.set_aground("a", true, at(0));
  const auto early = fleet.hold("a", at(2));
  ASSERT_TRUE(early);
  EXPECT_EQ(early->retry_at, at(3));
  EXPECT_FALSE(fleet.hold("a", at(3)));
  fleet.set_aground("a", true, at(60));
  EXPECT_FALSE(fleet.hold("a", at(60))) << "still the same grounding";
}

TEST(Fleet, ManyAtOnceAreAStormUntilEnoughAreAfloatAgain) {
  Fleet fleet(limits);
  for (const char* stack : {"a", "b", "c"}) fleet.set_aground(stack, true, at(0));
  const auto storm = fleet.hold("a", at(10));
  ASSERT_TRUE(storm);
  EXPECT_FALSE(storm->retry_at) << "time alone does not end it";
  fleet.set_aground("b", false, at(11));
  EXPECT_FALSE(fleet.hold("a", at(11)));
  fleet.set_aground("d", true, at(12));
  fleet.forget("c");
  EXPECT_EQ(fleet.aground(), 2);
  EXPECT_FALSE(fleet.hold("a", at(12)));
}

// Whoever may write Playbooks in one namespace could else stop all Stacks that act by themselves.
TEST(Fleet, WhatUsersPlaybooksFindIsAStormForThemAlone) {
  Fleet fleet(limits);
  for (const char* stack : {"one/a", "one/b", "one/c"}) fleet.set_aground(stack, true, at(0), true);
  fleet.set_aground("one/own", true, at(0));
  fleet.set_aground("two/d", true, at(0), true);
  EXPECT_TRUE(fleet.hold("one/a", at(10)));
  EXPECT_FALSE(fleet.hold("one/own", at(10)));
  EXPECT_FALSE(fleet.hold("two/d", at(10)));
  fleet.set_aground("one/a", true, at(11));
  fleet.set_aground("one/b", true, at(11));
  EXPECT_TRUE(fleet.hold("one/own", at(11))) << "by now the catalogue finds something there, too";
  EXPECT_TRUE(fleet.hold("two/d", at(11)));
}

// A look at a Stack whose database does not answer takes long: longer than a grounding has to settle.
TEST(Fleet, NoneIsTakenForTheOnlyOneBeforeTheOthersThatWokeWereLookedAt) {
  Fleet fleet(limits);
  for (const char* stack : {"a", "b", "c"}) fleet.woken(stack, at(0));
  fleet.looked("a", at(0));
  fleet.set_aground("a", true, at(1));
  const auto early = fleet.hold("a", at(60));
  ASSERT_TRUE(early);
  EXPECT_TRUE(early->retry_at);
  fleet.looked("b", at(1));
  EXPECT_TRUE(fleet.hold("a", at(60))) << "c";
  fleet.forget("c");
  EXPECT_FALSE(fleet.hold("a", at(60)));
  fleet.woken("d", at(50));
  EXPECT_FALSE(fleet.hold("a", at(60))) << "what woke later is waited for by none, or there would be no end";
}

TEST(Fleet, ALookDealsWithWhatWokeBeforeItBegan) {
  Fleet fleet(limits);
  fleet.woken("b", at(0));
  fleet.woken("b", at(2));
  fleet.looked("b", at(1));
  fleet.set_aground("a", true, at(2));
  EXPECT_TRUE(fleet.hold("a", at(9))) << "woken again during the look";
  fleet.looked("b", at(3));
  EXPECT_FALSE(fleet.hold("a", at(9)));
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

}  // namespace
}  // namespace refloat
