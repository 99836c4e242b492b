#include "detect/judgement.h"

#include <gtest/gtest.h>

#include "unit/detect/fixture.h"

namespace refloat {
namespace {

using detect_test::now;
using namespace std::chrono_literals;

Judgement of(Truth truth) {
  Judgement out;
  out.truth = truth;
  return out;
}

TEST(Judgement, AllTakesTheWorst) {
  EXPECT_EQ(all_of({}).truth, Truth::yes);
  EXPECT_EQ(all_of({of(Truth::yes), of(Truth::soon)}).truth, Truth::soon);
  EXPECT_EQ(all_of({of(Truth::soon), of(Truth::unknown)}).truth, Truth::unknown);
  EXPECT_EQ(all_of({of(Truth::unknown), of(Truth::no), of(Truth::yes)}).truth, Truth::no);
}

TEST(Judgement, AnyTakesTheBest) {
  EXPECT_EQ(any_of({}).truth, Truth::no);
  EXPECT_EQ(any_of({of(Truth::no), of(Truth::unknown)}).truth, Truth::unknown);
  EXPECT_EQ(any_of({of(Truth::unknown), of(Truth::soon)}).truth, Truth::soon);
  EXPECT_EQ(any_of({of(Truth::soon), of(Truth::yes), of(Truth::no)}).truth, Truth::yes);
}

TEST(Judgement, NegationNeverMakesTheUnprovenProven) {
  EXPECT_EQ(negation_of(of(Truth::yes)).truth, Truth::no);
  EXPECT_EQ(negation_of(of(Truth::no)).truth, Truth::yes);
  EXPECT_EQ(negation_of(of(Truth::unknown)).truth, Truth::unknown);
  EXPECT_EQ(negation_of(of(Truth::soon)).truth, Truth::soon);
}

TEST(Judgement, AllHoldsSinceItsLatestPartAndAnySinceItsEarliest) {
  const Judgement early = judged_yes({}, now - 10min);
  const Judgement late = judged_yes({}, now - 1min);
  EXPECT_EQ(all_of({early, judged_yes(), late}).since, now - 1min);
  EXPECT_EQ(any_of({late, judged_yes(), early}).since, now - 10min);
  EXPECT_EQ(any_of({judged_no(), judged_yes()}).since, std::nullopt);
}

TEST(Judgement, LooksAgainAtTheEarliestMoment) {
  const Judgement both = all_of({judged_soon(now + 10s, "a"), judged_soon(now + 2s, "b"), judged_yes()});
  EXPECT_EQ(both.at, now + 2s);
  EXPECT_EQ(both.why, "a; b");
}

TEST(Judgement, KeepsOnlyTheEvidenceThatDecided) {
  const Evidence seen{"a", "x", now};
  const Judgement both = any_of({judged_yes({seen}), judged_no({{"b", "y", now}}), judged_yes({seen})});
  ASSERT_EQ(both.evidence.size(), 1U);
  EXPECT_EQ(both.evidence.front().source, "a");
}

// A condition of a user's Playbook may have thousands of parts.
TEST(Judgements, tell_each_reason_once_and_no_more_than_anyone_reads) {
  std::vector<Judgement> parts;
  for (int i = 0; i < 2000; ++i) parts.push_back(judged_unknown("reason " + std::to_string(i)));
  EXPECT_LT(all_of(parts).why.size(), 2100U);
  EXPECT_EQ(any_of({judged_unknown("a"), judged_unknown("b"), judged_unknown("a")}).why, "a; b");
}

}  // namespace
}  // namespace refloat
