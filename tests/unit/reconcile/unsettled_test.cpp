#include "reconcile/unsettled.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>

namespace refloat {
namespace {

using namespace std::chrono_literals;

constexpr Time start{1h};

Pending missing(Time at, const std::string& why = "a migrator is at work") {
  return {"schema-version-missing", {"Database", "argocd", "default", ""}, why, at};
}

TEST(Unsettled, WhatShouldHaveSettledLongAgoIsOverdue) {
  Unsettled unsettled;
  EXPECT_TRUE(unsettled.overdue({missing(start + 3s)}, start).empty());
  for (auto at = start; at < start + 10min; at += 1min) EXPECT_TRUE(unsettled.overdue({missing(at + 3s)}, at).empty());
  const auto late = unsettled.overdue({missing(start + 11min, "session 7"), missing(start + 11min, "session 8")}, start + 11min);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(name_of(late.front()) + ": " + late.front().why, "schema-version-missing of Database default: session 7");
}

TEST(Unsettled, TheFirstReasonStands) {
  Unsettled unsettled;
  (void)unsettled.overdue({missing(start)}, start + 10min);
  (void)unsettled.overdue({missing(start, "session 7 selects")}, start + 11min);
  EXPECT_EQ(unsettled.overdue({missing(start, "session 7 inserts")}, start + 12min).front().why, "session 7 selects");
}

// What is only young says from the beginning when it will be old enough.
TEST(Unsettled, WhatWaitsForItsTimeIsNot) {
  Unsettled unsettled;
  const Time due = start + 30min;
  for (auto at = start; at < due; at += 1min) EXPECT_TRUE(unsettled.overdue({missing(due)}, at).empty());
}

TEST(Unsettled, WhatSettledInBetweenBeginsAnew) {
  Unsettled unsettled;
  (void)unsettled.overdue({missing(start - 9min)}, start);
  (void)unsettled.overdue({}, start + 1min);
  EXPECT_TRUE(unsettled.overdue({missing(start + 2min)}, start + 2min).empty());
}

// Another replica led, or a recovery ran: what pends now may have begun a moment ago.
TEST(Unsettled, WhatNobodyLookedAtInBetweenBeginsAnew) {
  Unsettled unsettled;
  (void)unsettled.overdue({missing(start)}, start);
  EXPECT_TRUE(unsettled.overdue({missing(start + 3h)}, start + 3h).empty());
}

TEST(Unsettled, WhatAnotherProcessToldStandsAfterARestart) {
  const std::map<std::string, std::string> told{{"schema-version-missing of Database default", "session 7"}};
  Unsettled fresh;
  const auto late = fresh.overdue({missing(start + 3s, "session 8")}, start, told);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late.front().why, "session 7");
  EXPECT_TRUE(fresh.overdue({}, start + 1s, told).empty());
  EXPECT_TRUE(fresh.overdue({missing(start + 3s)}, start + 2s, told).empty()) << "it had settled";
}

}  // namespace
}  // namespace refloat
