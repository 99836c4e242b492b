#include "report/exit_code.h"

#include <algorithm>

#include "model/finding.h"
#include "model/plan.h"
#include "model/recovery.h"

namespace refloat {

int exit_code(const ExitState& state) {
  if (state.error) return 1;
  if (state.failed) return 5;
  if (state.refused) return 4;
  if (state.incomplete) return 3;
  return state.findings ? 2 : 0;
}

ExitState operator|(const ExitState& a, const ExitState& b) {
  return {a.error || b.error, a.failed || b.failed, a.refused || b.refused, a.incomplete || b.incomplete, a.findings || b.findings};
}

ExitState exit_state_of(const StackDiagnosis& diagnosis, Severity fail_on) {
  const auto counts = [fail_on](const Finding& finding) { return finding.severity <= fail_on; };
  ExitState state;
  state.findings = std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), counts) ||
                   std::any_of(diagnosis.suppressed.begin(), diagnosis.suppressed.end(), counts);
  state.incomplete = !diagnosis.unexamined.empty();
  return state;
}

ExitState exit_state_of(const Diagnosis& diagnosis, Severity fail_on) {
  ExitState state = exit_state_of(diagnosis.applications, fail_on);
  for (const StackDiagnosis& stack : diagnosis.stacks) state = state | exit_state_of(stack, fail_on);
  return state;
}

ExitState exit_state_of(const Plan& plan) {
  ExitState state;
  state.refused = plan.refused();
  return state;
}

ExitState exit_state_of(const Recovery& recovery) {
  ExitState state;
  state.refused = recovery.verdict == Verdict::refused;
  state.failed = recovery.verdict == Verdict::failed || recovery.verdict == Verdict::aborted || recovery.verdict == Verdict::running;
  return state;
}

}  // namespace refloat
