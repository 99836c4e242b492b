#include "report/exit_code.h"

#include <gtest/gtest.h>

#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

TEST(ExitCode, PrecedenceIsErrorFailedRefusedIncompleteFindings) {
  ExitState state;
  EXPECT_EQ(exit_code(state), 0);
  state.findings = true;
  EXPECT_EQ(exit_code(state), 2);
  state.incomplete = true;
  EXPECT_EQ(exit_code(state), 3);
  state.refused = true;
  EXPECT_EQ(exit_code(state), 4);
  state.failed = true;
  EXPECT_EQ(exit_code(state), 5);
  state.error = true;
  EXPECT_EQ(exit_code(state), 1);
}

TEST(ExitCode, FindingsBelowTheThresholdDoNotCount) {
  const Diagnosis warned = diagnosis(stack({finding("a", Severity::warning)}));
  EXPECT_TRUE(exit_state_of(warned, Severity::info).findings);
  EXPECT_TRUE(exit_state_of(warned, Severity::warning).findings);
  EXPECT_FALSE(exit_state_of(warned, Severity::critical).findings);
}

TEST(ExitCode, UnexaminedIsIncompleteWhateverTheThreshold) {
  Diagnosis diagnosis = samples::diagnosis(stack());
  diagnosis.applications.unexamined = {{"Applications", "may not be listed", ErrorKind::denied}};
  EXPECT_EQ(exit_code(exit_state_of(diagnosis, Severity::critical)), 3);
}

TEST(ExitCode, FindingsOutsideAnyStackCount) {
  Diagnosis diagnosis = samples::diagnosis(stack());
  diagnosis.applications.findings = {finding("stuck")};
  EXPECT_EQ(exit_code(exit_state_of(diagnosis, Severity::info)), 2);
}

TEST(ExitCode, OneDenyingGuardrailRefusesThePlan) {
  EXPECT_EQ(exit_code(exit_state_of(plan({step(Phase::migrate, "migrate-1")}))), 0);
  EXPECT_EQ(exit_code(exit_state_of(plan({step(Phase::migrate, "migrate-1"), step(Phase::restart, "restart-1", false)}))), 4);
}

TEST(ExitCode, OnlyAVerifiedRecoveryIsSuccess) {
  const std::vector<std::pair<Verdict, int>> expected = {
      {Verdict::recovered, 0}, {Verdict::failed, 5}, {Verdict::aborted, 5}, {Verdict::running, 5}, {Verdict::refused, 4}};
  for (const auto& [verdict, code] : expected) {
    Recovery recovery;
    recovery.verdict = verdict;
    EXPECT_EQ(exit_code(exit_state_of(recovery)), code) << to_string(verdict);
  }
}

}  // namespace
}  // namespace refloat
