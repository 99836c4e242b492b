#include "reconcile/shared_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/time.h"
#include "unit/support/fake_clock.h"

namespace refloat {
namespace {

TEST(SharedQueue, WakesATakerForWhatIsAddedLater) {
  const SystemClock clock;
  SharedQueue queue(clock);
  std::string taken;
  std::jthread taker([&](const std::stop_token& stop) { taken = queue.take(stop).value_or("nothing"); });
  queue.add("far", clock.now() + std::chrono::hours(1));
  queue.add_now("near");
  taker.join();
  EXPECT_EQ(taken, "near");
}

TEST(SharedQueue, AClockThatIsSetBackMakesNobodyWaitLonger) {
  test::FakeClock clock;
  SharedQueue queue(clock);
  queue.add("first", clock.now());
  std::stop_source stop;
  ASSERT_EQ(queue.take(stop.get_token()), "first");
  queue.add("in a minute", clock.now() + std::chrono::minutes(1));
  clock.time -= std::chrono::hours(1);
  queue.add("now", clock.now());
  ASSERT_EQ(queue.take(stop.get_token()), "now");
  clock.time += std::chrono::minutes(1);
  EXPECT_EQ(queue.take_due(), "in a minute");
}

TEST(SharedQueue, StoppingEndsAWait) {
  const SystemClock clock;
  SharedQueue queue(clock);
  bool got = true;
  {
    const std::jthread taker([&](const std::stop_token& stop) { got = queue.take(stop).has_value(); });
  }
  EXPECT_FALSE(got);
}

TEST(SharedQueue, AClosedQueueKeepsWhatIsAskedFor) {
  const SystemClock clock;
  SharedQueue queue(clock);
  queue.set_open(false);
  queue.add_now("a");
  std::stop_source stop;
  std::string taken;
  std::thread taker([&] { taken = queue.take(stop.get_token()).value_or("nothing"); });
  queue.set_open(true);
  taker.join();
  EXPECT_EQ(taken, "a");
}

TEST(SharedQueue, GivesWhatIsDueWithoutWaiting) {
  const SystemClock clock;
  SharedQueue queue(clock);
  EXPECT_EQ(queue.take_due(), std::nullopt);
  const Time later = clock.now() + std::chrono::hours(1);
  queue.add("later", later);
  EXPECT_EQ(queue.take_due(), std::nullopt);
  EXPECT_EQ(queue.next_due(), later);
  queue.add_now("now");
  EXPECT_EQ(queue.size(), 2U);
  queue.set_open(false);
  EXPECT_EQ(queue.take_due(), std::nullopt);
  EXPECT_EQ(queue.next_due(), std::nullopt);
  queue.set_open(true);
  EXPECT_EQ(queue.take_due(), "now");
}

// Several workers on few keys: never two with the same key at the same time, and nothing asked for is lost.
TEST(SharedQueue, NoKeyIsInTwoHands) {
  const SystemClock clock;
  SharedQueue queue(clock);
  constexpr int keys = 3;
  std::vector<std::atomic<int>> hands(keys);
  std::vector<std::atomic<int>> turns(keys);
  std::atomic<bool> clash{false};
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&](const std::stop_token& stop) {
        while (const auto key = queue.take(stop)) {
          const auto at = static_cast<std::size_t>(key->back() - '0');
          if (hands[at].fetch_add(1) != 0) clash = true;
          ++turns[at];
          hands[at].fetch_sub(1);
          queue.done(*key);
        }
      });
    }
    for (int round = 0; round < 300; ++round) queue.add_now("key" + std::to_string(round % keys));
    while (queue.depth() > 0) std::this_thread::yield();
  }
  EXPECT_FALSE(clash);
  for (const auto& count : turns) EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace refloat
