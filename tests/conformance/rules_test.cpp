// Every rule of the simulator has a case, every case proves a rule.
#include "sim/rules.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace refloat::conformance {
namespace {

std::set<std::string> cases() {
  std::set<std::string> names;
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int s = 0; s < all.total_test_suite_count(); ++s) {
    const testing::TestSuite& suite = *all.GetTestSuite(s);
    for (int t = 0; std::string(suite.name()).starts_with("Conformance") && t < suite.total_test_count(); ++t) {
      names.insert(suite.GetTestInfo(t)->name());
    }
  }
  return names;
}

TEST(Rules, EveryRuleHasItsCase) {
  const std::set<std::string> known = cases();
  for (const sim::Rule& rule : sim::rules()) {
    EXPECT_TRUE(known.contains(rule.case_name)) << rule.rule << " names the case " << rule.case_name << ", which does not exist";
  }
}

TEST(Rules, EveryCaseProvesARule) {
  std::set<std::string> proven;
  for (const sim::Rule& rule : sim::rules()) {
    EXPECT_TRUE(proven.insert(rule.case_name).second) << rule.case_name << " stands for two rules";
  }
  for (const std::string& name : cases()) {
    EXPECT_TRUE(proven.contains(name)) << name << " proves no rule";
  }
}

}  // namespace
}  // namespace refloat::conformance
