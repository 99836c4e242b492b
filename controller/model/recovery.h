// One run: the plan it follows and, per step, what was intended and what came of it. It is the journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/object_ref.h"
#include "model/plan.h"
#include "model/status_condition.h"

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

  // Carried out, or sent and never answered.
  [[nodiscard]] bool may_have_happened() const { return state == EffectState::applied || state == EffectState::ambiguous; }
};

struct StepRun {
  std::string id;  // of PlanStep
  StepState state = StepState::waiting;
  std::optional<Time> started_at, finished_at;
  int attempts = 0;  // of the step's main effect
  std::string message;
  std::vector<Effect> effects;
  // When the operation had begun that the step's Application had as it began, or as it sent something last; by the cluster's clock.
  std::optional<Time> operation_before = std::nullopt;
};

enum class Verdict { running, recovered, failed, aborted, refused };

const char* to_string(Verdict verdict);  // "Running", "Recovered", "Failed", "Aborted", "Refused"

// What a person decided about a Recovery. It holds only for the plan with this digest.
enum class ApprovalDecision { approve, reject, abort, retry };

const char* to_string(ApprovalDecision decision);  // "approve", "reject", "abort", "retry"

struct Approval {
  ApprovalDecision decision = ApprovalDecision::approve;
  std::string plan_digest;
  std::string by;  // as the API server named them to themselves; no proof
  std::optional<Time> at;
  std::string reason;
};

// Before its verdict a Recovery waits for a person, or runs.
enum class Stage { awaiting_approval, running };

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
  bool needs_approval = false;   // fixed when it is made: without an approval of its plan it never runs, whatever status says
  Stage stage = Stage::running;
  std::optional<Approval> approval;
  std::string stack_uid;        // its owner; empty = none
  std::string uid;              // of the stored object; empty in a file
  std::int64_t generation = 0;  // of the stored object
};

// The runs of a plan's steps before any of them has begun.
std::vector<StepRun> unstarted(const Plan& plan);

// Whether any effect of it was intended, and so may have happened.
bool has_acted(const Recovery& recovery);

// When it ended; before that, when it began.
Time ended_at(const Recovery& recovery);

// Whether this is what a person decided about it last.
bool decided(const Recovery& recovery, ApprovalDecision decision);

// Whether a person approved exactly this plan.
bool is_approved(const Recovery& recovery);

// Whether effects may be sent: no verdict yet, approved if it needs that, and nobody asked to reject or abort it.
bool may_run(const Recovery& recovery);

// One word for its whole life: AwaitingApproval, Approved, Running, Recovered, Failed, Aborted, Refused, Rejected.
std::string phase_of(const Recovery& recovery);

// "3/5": steps that are over, of all.
std::string progress_of(const Recovery& recovery);

// "migration-partial (+1)": the signatures of root causes, for a column.
std::string causes_of(const std::vector<Finding>& findings);

// Approved, Complete and Recovered, derived from the Recovery alone.
std::vector<StatusCondition> conditions_of(const Recovery& recovery);

// The verdict and message with which a decision of a person ends it before it has run to its end; nothing when none does.
struct Ending {
  Verdict verdict = Verdict::aborted;
  std::string message;
};
std::optional<Ending> ending_asked_for(const Recovery& recovery);

// How one that began, and that nobody went on with for an hour, ends: its plan says nothing about the stack of today.
std::optional<Ending> ending_of_age(const Recovery& recovery, Time now);

// The Recovery object (kind, metadata, spec, status), as stored and as `recover -o json` prints it.
Json to_json(const Recovery& recovery);
Result<Recovery> recovery_from_json(const Json& json);

}  // namespace refloat
