#include "reconcile/unsettled.h"

#include <gtest/gtest.h>

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
  EXPECT_TRUE(unsettled.overdue({missing(start + 10min)}, start + 10min).empty());
  const auto late = unsettled.overdue({missing(start + 11min, "session 7")}, start + 11min);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(name_of(late.front()) + ": " + late.front().why, "schema-version-missing of Database default: session 7");
}

TEST(Unsettled, TheFirstReasonStands) {
  Unsettled unsettled;
  (void)unsettled.overdue({missing(start)}, start);
  (void)unsettled.overdue({missing(start, "session 7 selects")}, start + 11min);
  EXPECT_EQ(unsettled.overdue({missing(start, "session 7 inserts")}, start + 12min).front().why, "session 7 selects");
}

// What is only young says from the beginning when it will be old enough.
TEST(Unsettled, WhatWaitsForItsTimeIsNot) {
  Unsettled unsettled;
  const Time due = start + 30min;
  EXPECT_TRUE(unsettled.overdue({missing(due)}, start).empty());
  EXPECT_TRUE(unsettled.overdue({missing(due)}, start + 29min).empty());
}

TEST(Unsettled, WhatSettledInBetweenBeginsAnew) {
  Unsettled unsettled;
  (void)unsettled.overdue({missing(start)}, start);
  (void)unsettled.overdue({}, start + 9min);
  EXPECT_TRUE(unsettled.overdue({missing(start + 11min)}, start + 11min).empty());
}

}  // namespace
}  // namespace refloat
