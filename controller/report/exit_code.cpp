#include "report/exit_code.h"

#include <algorithm>

namespace refloat {

int exit_code(const Outcome& outcome) {
  if (outcome.error) return 1;
  if (outcome.failed) return 5;
  if (outcome.refused) return 4;
  if (outcome.incomplete) return 3;
  return outcome.findings ? 2 : 0;
}

Outcome operator|(const Outcome& a, const Outcome& b) {
  return {a.error || b.error, a.failed || b.failed, a.refused || b.refused, a.incomplete || b.incomplete, a.findings || b.findings};
}

Outcome outcome_of(const StackDiagnosis& diagnosis, Severity fail_on) {
  const auto counts = [fail_on](const Finding& finding) { return finding.severity <= fail_on; };
  Outcome outcome;
  outcome.findings = std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), counts) ||
                     std::any_of(diagnosis.suppressed.begin(), diagnosis.suppressed.end(), counts);
  outcome.incomplete = !diagnosis.unexamined.empty();
  return outcome;
}

Outcome outcome_of(const Diagnosis& diagnosis, Severity fail_on) {
  Outcome outcome = outcome_of(diagnosis.applications, fail_on);
  for (const StackDiagnosis& stack : diagnosis.stacks) outcome = outcome | outcome_of(stack, fail_on);
  return outcome;
}

Outcome outcome_of(const Plan& plan) {
  Outcome outcome;
  outcome.refused = plan.refused();
  return outcome;
}

Outcome outcome_of(const Recovery& recovery) {
  Outcome outcome;
  outcome.refused = recovery.verdict == Verdict::refused;
  outcome.failed = recovery.verdict == Verdict::failed || recovery.verdict == Verdict::aborted || recovery.verdict == Verdict::running;
  return outcome;
}

}  // namespace refloat
