#include "cli/json_log.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "unit/support/fake_clock.h"

namespace refloat {
namespace {

struct Log : testing::Test {
  std::ostringstream out;
  test::FakeClock clock;
  JsonLog log{out, clock, "host/7@boot"};
};

TEST_F(Log, a_line_is_one_object_that_names_the_process) {
  log("started", {{"version", "1"}});
  EXPECT_EQ(out.str().back(), '\n');
  const Json line = Json::parse(out.str());
  EXPECT_EQ(line["instance"], "host/7@boot");
  EXPECT_EQ(line["event"], "started");
  EXPECT_EQ(line["version"], "1");
  EXPECT_EQ(line["time"], "2025-12-03T10:31:54.000000Z");
}

TEST_F(Log, hostile_text_breaks_no_line_and_no_terminal) {
  log("step", {{"what", "a\nb\x1b[2J\xff"}, {"event", "forged"}, {"instance", "forged"}});
  EXPECT_EQ(out.str().find('\n'), out.str().size() - 1);
  EXPECT_EQ(out.str().find('\x1b'), std::string::npos);
  const Json line = Json::parse(out.str());
  EXPECT_EQ(line["event"], "step");
  EXPECT_EQ(line["instance"], "host/7@boot");
}

TEST_F(Log, passwords_are_hidden) {
  log("turn failed", {{"what", "cannot reach postgres://temporal:hunter2@db/x, password=hunter2"}});
  EXPECT_EQ(out.str().find("hunter2"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace refloat
