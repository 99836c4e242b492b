// What there is to tell at Stacks, Recoveries and Applications, worked out from values before and after. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/finding.h"
#include "model/note.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {

// Reasons that these functions use: FindingDetected, FindingGone, RecoveryPlanned, AwaitingApproval, Approved, Rejected, Aborted,
// RecoveryStarted, StepDone, StepSkipped, StepFailed, Recovered, RecoveryFailed, Refused, Parked, Paused, WouldRecover.

// Findings that were not there before, and those that are there no more: at the Stack, and at their subject where that is an
// Application. `before` is empty after a restart: then the recorder's own memory keeps repeats from being told anew.
std::vector<Note> notes_of_findings(const Stack& stack, const std::vector<Finding>& before, const std::vector<Finding>& after);

// What happened to a Recovery between two states of it; `before` null = it was just made. Told at the Recovery and at its Stack; start
// and end also at the Applications that its findings and writes are about.
std::vector<Note> notes_of_recovery(const Stack& stack, const Recovery* before, const Recovery& after);

// The Stack is left alone although something is found: parked (attempts, storm, guardrail), paused, or only observed.
Note note_parked(const Stack& stack, const std::string& why);
Note note_paused(const Stack& stack);
Note note_would_recover(const Stack& stack, const Plan& plan);

}  // namespace refloat
