#include "cli/slow_notice.h"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <thread>

namespace refloat {
namespace {

struct SlowNotice : testing::Test {
  std::istringstream in;
  std::ostringstream out, err;
  Console console{out, err, in};
};

TEST_F(SlowNotice, what_takes_long_is_said_once_on_stderr) {
  {
    const auto notice = notice_if_slow(console, "reading the cluster ...", Duration(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  EXPECT_EQ(err.str(), "reading the cluster ...\n");
  EXPECT_TRUE(out.str().empty());
}

TEST_F(SlowNotice, what_ends_soon_is_not_and_is_not_held_up) {
  const auto begin = std::chrono::steady_clock::now();
  {
    const auto notice = notice_if_slow(console, "reading the cluster ...", std::chrono::minutes(10));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(1));
  EXPECT_TRUE(err.str().empty());
}

}  // namespace
}  // namespace refloat
