#include "reconcile/settling.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/support/fake_clock.h"
#include "unit/support/fake_databases.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

struct SettlingOf : testing::Test {
  test::FakeKube kube;
  test::FakeDatabases databases;
  test::FakeClock clock;
  std::vector<std::string> told;
  Ports ports{kube, databases, clock, [this](Time, const std::string& what) { told.push_back(what); }};
  std::vector<Pending> pending{{"operation-stuck", {"Application", "argocd", "m", ""}, "runs for 3m", clock.time + std::chrono::hours(1)}};

  bool wait(Settling& settling, int seconds) { return settling.wait(pending, clock.time + std::chrono::seconds(seconds)); }
};

TEST_F(SettlingOf, a_short_wait_needs_no_word_and_a_long_one_says_what_for) {
  Settling settling(ports, std::chrono::seconds(12));
  EXPECT_TRUE(wait(settling, 2));
  EXPECT_TRUE(told.empty());
  EXPECT_TRUE(wait(settling, 5));
  EXPECT_TRUE(wait(settling, 5));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0], told[1]) << "so that it is printed once";
  for (const char* part : {"operation-stuck", "Application/m", "10:32:06"}) EXPECT_NE(told[0].find(part), std::string::npos) << told[0];
}

TEST_F(SettlingOf, what_the_budget_does_not_allow_is_not_waited_for) {
  Settling settling(ports, std::chrono::seconds(12));
  const Time before = clock.time;
  EXPECT_FALSE(wait(settling, 13));
  EXPECT_EQ(clock.time, before);
  EXPECT_TRUE(told.empty());
}

TEST_F(SettlingOf, nobody_needs_to_listen) {
  ports.waits = nullptr;
  Settling settling(ports, std::chrono::seconds(12));
  EXPECT_TRUE(wait(settling, 5));
}

}  // namespace
}  // namespace refloat
