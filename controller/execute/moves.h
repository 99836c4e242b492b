// Short ways to say what an action's next move is, and the reads that several actions share.
#pragma once

#include <optional>
#include <string>

#include "execute/action.h"

namespace refloat {

Move done(std::string why);
Move wait(std::string why);
Move fail(std::string why);
Move act(Write write, bool main_effect);

// The Application the step acts on, in this snapshot; null when it is gone.
const Application* target_application(const StepView& view);

// The reading of the database the step acts on; null when it was not read or not reached.
const DatabaseReading* target_reading(const StepView& view);

// "<recovery>/<step>": what every sync token of this step begins with.
std::string step_token(const StepView& view);

// The token of this step's next attempt.
std::string next_token(const StepView& view);

// The token of the last one that may have happened.
std::string last_token(const StepView& view);

// Whether the operation that runs, is pending or ran last was started by this step.
bool started_by_step(const StepView& view, const Application& app);

// What to do when Argo CD compares other revisions than those the plan was made and approved for; nothing when it does not, or when the
// plan did not know them.
std::optional<Move> other_revision(const StepView& view, const Application& app);

// Whether the effect only had Argo CD compare again.
bool is_refresh(const Effect& effect);

// What to do while Argo CD has no comparison to sync by: a hard refresh, once, then waiting; nothing when it has one. A sync without a
// revision would deploy whatever is newest by then.
std::optional<Move> not_compared(const StepView& view, const Application& app);

// Whether a time (whole seconds) is not before the step's start, by our clock.
bool since_step_start(const StepView& view, const std::optional<Time>& time);

// Whether the last operation began after this step began, and after it sent something last.
bool began_since_last_effect(const StepView& view, const Application& app);

// Whether a sync ended that this step started, or a whole one that anybody began since: it counts like our own. A self-heal brings only
// what was missing.
bool synced_since_start(const StepView& view, const Application& app);

// No write to show.
std::vector<Write> no_writes(const StepView& view);

}  // namespace refloat
