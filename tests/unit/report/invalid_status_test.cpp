#include "report/invalid_status.h"

#include <gtest/gtest.h>

#include <string>

#include "model/status_condition.h"
#include "unit/report/samples.h"

namespace refloat {
namespace {

const StatusCondition* condition(const std::vector<StatusCondition>& all, const char* type) {
  return find_condition(all, type);
}

TEST(InvalidStatus, says_what_is_wrong_and_nothing_about_the_rest) {
  const Json previous{{"state", "Recovering"},
                      {"cause", "x"},
                      {"causes", 1},
                      {"findings", Json::array({{{"signature", "x"}}})},
                      {"recoveriesMade", 7},
                      {"recovery", "one-3fa9-7"},
                      {"conditions", conditions_json({{"Ready", ConditionStatus::yes, "Afloat", "", samples::now() - Duration(60000), 1},
                                                      {"Reconciling", ConditionStatus::yes, "Running", "", samples::now(), 1}})}};
  const Json status = invalid_stack_status(previous, 2, "spec.mode: no such word", samples::now());
  EXPECT_EQ(status["state"], "Unknown");
  EXPECT_EQ(status["observedGeneration"], 2);
  EXPECT_EQ(status["recoveriesMade"], 7) << "no name is used twice";
  for (const char* gone : {"cause", "causes", "findings"}) EXPECT_FALSE(status.contains(gone)) << gone;
  const auto conditions = conditions_from_json(status["conditions"]);
  ASSERT_NE(condition(conditions, "Ready"), nullptr);
  EXPECT_EQ(condition(conditions, "Ready")->status, ConditionStatus::no);
  EXPECT_EQ(condition(conditions, "Ready")->reason, "InvalidSpec");
  EXPECT_EQ(condition(conditions, "Ready")->message, "spec.mode: no such word");
  EXPECT_EQ(condition(conditions, "Ready")->observed_generation, 2);
  EXPECT_EQ(condition(conditions, "Ready")->last_transition, samples::now());
  EXPECT_EQ(condition(conditions, "Stalled")->status, ConditionStatus::yes);
  EXPECT_EQ(condition(conditions, "Reconciling"), nullptr);
}

TEST(InvalidStatus, the_same_mistake_gives_the_same_status) {
  const Json first = invalid_stack_status(nullptr, 2, "why", samples::now());
  EXPECT_EQ(invalid_stack_status(first, 2, "why", samples::now() + Duration(600000)), first);
  EXPECT_NE(invalid_stack_status(first, 3, "why", samples::now()), first);
  EXPECT_NE(invalid_stack_status(first, 2, "another", samples::now()), first);
}

TEST(InvalidStatus, mistakes_are_told_with_their_hints_and_without_passwords) {
  Diagnostics mistakes;
  mistakes.warning({}, "only a warning", "");
  mistakes.error({}, "spec.x: is wrong", "did you mean 'y'?");
  mistakes.error({}, "spec.dsn: postgres://user:hunter2@host/db makes no sense", "");
  const std::string text = mistakes_text(mistakes);
  EXPECT_EQ(text.substr(0, 36), "spec.x: is wrong (did you mean 'y'?)");
  EXPECT_EQ(text.find("warning"), std::string::npos);
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
}

}  // namespace
}  // namespace refloat
