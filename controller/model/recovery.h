// One run: the plan it follows and, per step, what was intended and what came of it. It is the journal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/plan.h"

namespace refloat {

enum class StepState { waiting, running, done, skipped, failed };
enum class EffectState { intended, applied, stale, rejected, ambiguous };

const char* to_string(StepState state);
const char* to_string(EffectState state);

// An effect: the intent is saved before it is sent, the outcome after.
struct Effect {
  Time intended_at{};
  std::string describe;
  std::string display;  // method and path, or SQL
  std::string object_uid;
  std::string resource_version;  // precondition it carried
  EffectState state = EffectState::intended;
  std::optional<Time> answered_at;
  std::string outcome;     // the server's words
  Json removed = nullptr;  // evidence of removed rows, from tables known to hold no secret
};

struct StepRun {
  std::string id;  // of PlanStep
  StepState state = StepState::waiting;
  std::optional<Time> started_at, finished_at;
  int attempts = 0;  // of the step's main effect
  std::string message;
  std::vector<Effect> effects;
};

enum class Verdict { running, recovered, failed, aborted, refused };

const char* to_string(Verdict verdict);  // "Running", "Recovered", "Failed", "Aborted", "Refused"

struct Recovery {
  std::string name;  // "<stack>-<short id>"
  std::string ns;
  std::string stack;
  std::string holder;  // who runs it
  Time started_at{};
  std::optional<Time> finished_at;
  Plan plan;
  std::vector<StepRun> steps;  // same order as plan.steps
  Verdict verdict = Verdict::running;
  std::string message;
  std::string resource_version;  // of the stored journal entry; for its own fencing
};

// The Recovery object (kind, metadata, spec, status), as stored and as `recover -o json` prints it.
Json to_json(const Recovery& recovery);
Result<Recovery> recovery_from_json(const Json& json);

}  // namespace refloat
