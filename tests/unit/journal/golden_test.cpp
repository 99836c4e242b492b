// Journals as earlier versions wrote them: an interrupted run must be understood by every later version.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "journal/recoveries.h"
#include "model/recovery.h"
#include "unit/support/source_dir.h"

namespace refloat {
namespace {

Json golden(const std::string& name) {
  std::ifstream file(source_dir() / "tests/unit/journal/golden" / name);
  std::ostringstream text;
  text << file.rdbuf();
  return parse_json(text.str()).value();
}

TEST(golden_journal, of_0_1_is_gone_on_with_where_it_stopped) {
  const Json stored = golden("recovery-0.1.json");
  const auto recovery = recovery_from_object(stored);
  ASSERT_TRUE(recovery) << recovery.error().message;
  EXPECT_EQ(phase_of(*recovery), "Running");
  EXPECT_TRUE(may_run(*recovery)) << "before approvals existed, whoever made it had been asked";
  ASSERT_EQ(recovery->steps.size(), 2U);
  EXPECT_EQ(recovery->steps[0].state, StepState::done);
  EXPECT_EQ(recovery->steps[0].effects[0].removed[0]["partition_id"], 54321);
  EXPECT_EQ(recovery->steps[1].effects[0].state, EffectState::intended) << "an open intent is what a resume decides on";
  EXPECT_EQ(recovery->steps[1].attempts, 1);
  EXPECT_EQ(recovery->plan.steps[1].application, "migrations");
}

// What this version writes holds all that the old one wrote, unchanged.
TEST(golden_journal, of_0_1_keeps_every_member_when_it_is_written_again) {
  const Json stored = golden("recovery-0.1.json");
  const Json written = to_json(recovery_from_object(stored).value());
  for (const char* part : {"metadata", "spec", "status"}) {
    for (const auto& [key, value] : stored[part].items()) EXPECT_EQ(written[part][key], value) << part << "." << key;
  }
}

TEST(golden_journal, a_damaged_one_fails_closed) {
  Json stored = golden("recovery-0.1.json");
  stored["status"]["steps"][1]["effects"][0].erase("state");
  EXPECT_FALSE(recovery_from_object(stored));
}

TEST(golden_journal, what_is_no_object_is_no_recovery) {
  for (const Json& nonsense : {Json(2), Json("x"), Json::array(), Json()}) EXPECT_FALSE(recovery_from_object(nonsense)) << nonsense;
}

}  // namespace
}  // namespace refloat
