// The exit code, computed from the values alone: one place, the same in every format.
#pragma once

#include "model/finding.h"
#include "model/plan.h"
#include "model/recovery.h"

namespace refloat {

// What holds at the end of a command; several may.
struct ExitState {
  bool error = false;       // usage, configuration or connection
  bool failed = false;      // recovery failed, or could not be verified
  bool refused = false;     // a guardrail denies
  bool incomplete = false;  // something could not be examined
  bool findings = false;
};

// 1 error, 5 failed, 4 refused, 3 incomplete, 2 findings, 0 none; in this order.
int exit_code(const ExitState& state);

// Both at once, for a command that looks at several things.
ExitState operator|(const ExitState& a, const ExitState& b);

// Findings below `fail_on` do not count.
ExitState exit_state_of(const StackDiagnosis& diagnosis, Severity fail_on);
ExitState exit_state_of(const Diagnosis& diagnosis, Severity fail_on);
// Of a plan: whether a guardrail denies one of its steps.
ExitState exit_state_of(const Plan& plan);
// A recovery without a verdict was interrupted: not finished counts as failed.
ExitState exit_state_of(const Recovery& recovery);

}  // namespace refloat
