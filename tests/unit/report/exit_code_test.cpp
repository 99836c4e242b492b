#include "report/exit_code.h"

#include <gtest/gtest.h>

#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

TEST(ExitCode, PrecedenceIsErrorFailedRefusedIncompleteFindings) {
  Outcome outcome;
  EXPECT_EQ(exit_code(outcome), 0);
  outcome.findings = true;
  EXPECT_EQ(exit_code(outcome), 2);
  outcome.incomplete = true;
  EXPECT_EQ(exit_code(outcome), 3);
  outcome.refused = true;
  EXPECT_EQ(exit_code(outcome), 4);
  outcome.failed = true;
  EXPECT_EQ(exit_code(outcome), 5);
  outcome.error = true;
  EXPECT_EQ(exit_code(outcome), 1);
}

TEST(ExitCode, FindingsBelowTheThresholdDoNotCount) {
  const Diagnosis warned = diagnosis(stack({finding("a", Severity::warning)}));
  EXPECT_TRUE(outcome_of(warned, Severity::info).findings);
  EXPECT_TRUE(outcome_of(warned, Severity::warning).findings);
  EXPECT_FALSE(outcome_of(warned, Severity::critical).findings);
}

TEST(ExitCode, UnexaminedIsIncompleteWhateverTheThreshold) {
  Diagnosis diagnosis = samples::diagnosis(stack());
  diagnosis.applications.unexamined = {{"Applications", "may not be listed", ErrorKind::denied}};
  EXPECT_EQ(exit_code(outcome_of(diagnosis, Severity::critical)), 3);
}

TEST(ExitCode, FindingsOutsideAnyStackCount) {
  Diagnosis diagnosis = samples::diagnosis(stack());
  diagnosis.applications.findings = {finding("stuck")};
  EXPECT_EQ(exit_code(outcome_of(diagnosis, Severity::info)), 2);
}

TEST(ExitCode, OneDenyingGuardrailRefusesThePlan) {
  EXPECT_EQ(exit_code(outcome_of(plan({step(Phase::migrate, "migrate-1")}))), 0);
  EXPECT_EQ(exit_code(outcome_of(plan({step(Phase::migrate, "migrate-1"), step(Phase::restart, "restart-1", false)}))), 4);
}

TEST(ExitCode, OnlyAVerifiedRecoveryIsSuccess) {
  const std::vector<std::pair<Verdict, int>> expected = {
      {Verdict::recovered, 0}, {Verdict::failed, 5}, {Verdict::aborted, 5}, {Verdict::running, 5}, {Verdict::refused, 4}};
  for (const auto& [verdict, code] : expected) {
    Recovery recovery;
    recovery.verdict = verdict;
    EXPECT_EQ(exit_code(outcome_of(recovery)), code) << to_string(verdict);
  }
}

}  // namespace
}  // namespace refloat
