// A short day of healthy Stacks; and days that are broken on purpose, which must be told from it.
#include <gtest/gtest.h>

#include "simulation/churn/day.h"

namespace refloat::simulation {
namespace {

DayOptions broken(const char* how) {
  return {.hours = 0.5, .stacks = 20, .seed = 1, .broken = how};
}

TEST(Churn, LeavesHealthyStacksAlone) {
  Day day({.hours = 2, .stacks = 40, .seed = 1, .broken = ""});
  EXPECT_EQ(day.run(), 0);
}

TEST(Churn, TellsASettlingTimeOfNothing) {
  Day day(broken("settle"));
  EXPECT_NE(day.run(), 0);
  EXPECT_TRUE(day.violates(no_finding));
}

TEST(Churn, TellsAStatusThatIsWrittenOnEveryTurn) {
  Day day(broken("status"));
  EXPECT_NE(day.run(), 0);
  EXPECT_TRUE(day.violates(no_write));
}

TEST(Churn, TellsACacheThatForgetsNoPod) {
  Day day(broken("leak"));
  EXPECT_NE(day.run(), 0);
  EXPECT_TRUE(day.violates(cache_true));
}

// The patience with a database that restarts has an end.
TEST(Churn, TellsADatabaseThatStaysAway) {
  Day day(broken("database"));
  EXPECT_NE(day.run(), 0);
  EXPECT_TRUE(day.violates(no_finding));
}

}  // namespace
}  // namespace refloat::simulation
