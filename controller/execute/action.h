// An action: one thing recovery can do, as a pure state machine. Each pass asks it for its next move on a fresh snapshot;
// it never waits or sends by itself, so a crash at any point is only a longer pause.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/playbook.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

struct Move {
  enum class Kind { done, act, wait, fail };
  Kind kind = Kind::wait;
  std::string why;             // for people: what was seen, what is waited for, why it failed
  std::optional<Write> write;  // of act
  bool main_effect = false;    // of act: counts as an attempt of the step
};

struct StepView {
  const Stack& stack;
  const Snapshot& snapshot;
  const Recovery& recovery;
  const PlanStep& step;
  const StepRun& run;
  Time now;
};

struct Action {
  ActionSpec spec;
  // The next move; deterministic in the view.
  Move (*next)(const StepView& view);
  // The writes a run of the step is expected to send, in order, as far as they can be known from this snapshot.
  std::vector<Write> (*preview)(const StepView& view);
  // One sentence for plan and progress.
  std::string (*describe)(const StepView& view);
};

// Every action, in the order of execute/actions/all.cpp.
const std::vector<Action>& all_actions();

}  // namespace refloat
