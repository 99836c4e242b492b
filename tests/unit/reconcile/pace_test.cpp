#include "reconcile/pace.h"

#include <gtest/gtest.h>

namespace refloat {
namespace {

using namespace std::chrono_literals;

constexpr Time start{1h};

TEST(Pace, AFewAtOnceThenOneInAWhile) {
  Pace pace;
  for (int i = 0; i < Pace::at_once; ++i) {
    EXPECT_EQ(pace.next(start), start) << i;
    pace.spend(start);
  }
  EXPECT_EQ(pace.next(start), start + Pace::every);
}

TEST(Pace, WhatIsSpentBeyondItIsNotOwed) {
  Pace pace;
  for (int i = 0; i < 600; ++i) pace.spend(start + i * 500ms);
  const Time end = start + 300s;
  EXPECT_LE(pace.next(end), end + Pace::every);
}

TEST(Pace, AClockThatIsSetBackHoldsNothingUp) {
  Pace pace;
  for (int i = 0; i < Pace::at_once; ++i) pace.spend(start);
  EXPECT_EQ(pace.next(start - 1h), start - 1h + Pace::every);
}

TEST(Pace, RestSavesUpAgain) {
  Pace pace;
  for (int i = 0; i < Pace::at_once; ++i) pace.spend(start);
  const Time later = start + Pace::at_once * Pace::every;
  for (int i = 0; i < Pace::at_once; ++i) {
    EXPECT_EQ(pace.next(later), later);
    pace.spend(later);
  }
  EXPECT_GT(pace.next(later), later);
}

}  // namespace
}  // namespace refloat
