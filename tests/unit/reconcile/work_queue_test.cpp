#include "reconcile/work_queue.h"

#include <gtest/gtest.h>

#include <chrono>

namespace refloat {
namespace {

Time at(int seconds) {
  return Time{} + std::chrono::seconds(seconds);
}

TEST(WorkQueue, GivesOutWhatIsDueTheLongestWaitingFirst) {
  WorkQueue queue;
  queue.add("late", at(9));
  queue.add("b", at(2));
  queue.add("a", at(3));
  EXPECT_FALSE(queue.take(at(1)));
  EXPECT_EQ(queue.depth(at(5)), 2U);
  EXPECT_EQ(queue.take(at(5)), "b");
  EXPECT_EQ(queue.take(at(5)), "a");
  EXPECT_FALSE(queue.take(at(5)));
  EXPECT_EQ(queue.next_due(), at(9));
}

TEST(WorkQueue, OfTwoTimesTheEarlierCounts) {
  WorkQueue queue;
  queue.add("a", at(5));
  queue.add("a", at(8));
  EXPECT_EQ(queue.next_due(), at(5));
  queue.add("a", at(2));
  EXPECT_EQ(queue.next_due(), at(2));
  EXPECT_EQ(queue.take(at(9)), "a");
  EXPECT_FALSE(queue.take(at(9))) << "asked for three times, given once";
}

TEST(WorkQueue, AKeyIsInOneHandOnlyAndWhatWasAskedMeanwhileIsNotLost) {
  WorkQueue queue;
  queue.add("a", at(1));
  ASSERT_EQ(queue.take(at(1)), "a");
  queue.add("a", at(2));
  EXPECT_FALSE(queue.take(at(3)));
  EXPECT_FALSE(queue.next_due());
  queue.done("a");
  EXPECT_EQ(queue.take(at(3)), "a");
  queue.done("a");
  EXPECT_FALSE(queue.take(at(3)));
}

TEST(WorkQueue, IsMovedInTimeAsAWhole) {
  WorkQueue queue;
  queue.add("a", at(10));
  queue.add("b", at(5));
  ASSERT_EQ(queue.take(at(5)), "b");
  queue.add("b", at(20));
  queue.shift(at(0) - at(4));
  EXPECT_EQ(queue.next_due(), at(6));
  EXPECT_EQ(queue.take(at(6)), "a");
  queue.done("b");
  EXPECT_EQ(queue.take(at(16)), "b");
}

}  // namespace
}  // namespace refloat
