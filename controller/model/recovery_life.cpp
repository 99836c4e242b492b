// Where a Recovery stands in its life, worked out from what was decided and what came of it.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/finding.h"
#include "model/recovery.h"
#include "model/status_condition.h"

namespace refloat {
namespace {

bool has_ended(const Recovery& recovery) {
  return recovery.verdict != Verdict::running;
}

// A plan this old says nothing about the stack of today.
constexpr Duration resumable_for = std::chrono::hours(1);

// When the journal heard of this run last. A person's clock may be ahead; what they decided is not younger than now.
Time last_activity(const Recovery& recovery, Time now) {
  Time last = recovery.started_at;
  if (recovery.approval) last = std::max(last, std::min(recovery.approval->at.value_or(last), now));
  for (const StepRun& run : recovery.steps) {
    last = std::max({last, run.started_at.value_or(last), run.finished_at.value_or(last)});
    for (const Effect& effect : run.effects) last = std::max({last, effect.intended_at, effect.answered_at.value_or(last)});
  }
  return last;
}

std::string decided_by(const Approval& approval) {
  std::string text = "by " + (approval.by.empty() ? std::string("somebody unnamed") : approval.by);
  return approval.reason.empty() ? text : text + ": " + approval.reason;
}

StatusCondition approved_condition(const Recovery& recovery) {
  const Time made = recovery.plan.made_at;
  if (!recovery.needs_approval)
    return {"Approved", ConditionStatus::yes, "NotNeeded", "the mode of the Stack, or the person who ran it, asks for no approval",
            made,       recovery.generation};
  const Time at = recovery.approval ? recovery.approval->at.value_or(made) : made;
  if (is_approved(recovery))
    return {"Approved", ConditionStatus::yes, "Approved", "approved " + decided_by(*recovery.approval), at, recovery.generation};
  if (decided(recovery, ApprovalDecision::reject))
    return {"Approved", ConditionStatus::no, "Rejected", "rejected " + decided_by(*recovery.approval), at, recovery.generation};
  if (recovery.stage == Stage::running)
    return {"Approved", ConditionStatus::yes, "Approved", "approved before it began", recovery.started_at, recovery.generation};
  return {"Approved", ConditionStatus::no, "AwaitingApproval", "waits for `refloat approve " + recovery.name + "`",
          made,       recovery.generation};
}

StatusCondition complete_condition(const Recovery& recovery) {
  const Time ended = ended_at(recovery);
  if (has_ended(recovery)) return {"Complete", ConditionStatus::yes, phase_of(recovery), recovery.message, ended, recovery.generation};
  return {"Complete", ConditionStatus::no, phase_of(recovery), recovery.message, recovery.started_at, recovery.generation};
}

StatusCondition recovered_condition(const Recovery& recovery) {
  const Time ended = ended_at(recovery);
  if (!has_ended(recovery))
    return {"Recovered", ConditionStatus::unknown, phase_of(recovery), "no verdict yet", recovery.started_at, recovery.generation};
  const auto status = recovery.verdict == Verdict::recovered ? ConditionStatus::yes : ConditionStatus::no;
  return {"Recovered", status, phase_of(recovery), recovery.message, ended, recovery.generation};
}

}  // namespace

const char* to_string(ApprovalDecision decision) {
  switch (decision) {
    case ApprovalDecision::approve: return "approve";
    case ApprovalDecision::reject: return "reject";
    case ApprovalDecision::abort: return "abort";
    case ApprovalDecision::retry: return "retry";
  }
  return "?";
}

std::vector<StepRun> unstarted(const Plan& plan) {
  std::vector<StepRun> runs(plan.steps.size());
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].id = plan.steps[i].id;
  return runs;
}

bool has_acted(const Recovery& recovery) {
  return std::any_of(recovery.steps.begin(), recovery.steps.end(), [](const StepRun& run) { return !run.effects.empty(); });
}

Time ended_at(const Recovery& recovery) {
  return recovery.finished_at.value_or(recovery.started_at);
}

bool decided(const Recovery& recovery, ApprovalDecision decision) {
  return recovery.approval && recovery.approval->decision == decision;
}

bool is_approved(const Recovery& recovery) {
  return decided(recovery, ApprovalDecision::approve) && !recovery.plan.digest.empty() &&
         recovery.approval->plan_digest == recovery.plan.digest;
}

bool may_run(const Recovery& recovery) {
  if (has_ended(recovery) || ending_asked_for(recovery)) return false;
  return !recovery.needs_approval || is_approved(recovery);
}

std::string phase_of(const Recovery& recovery) {
  if (recovery.verdict == Verdict::aborted && decided(recovery, ApprovalDecision::reject)) return "Rejected";
  if (has_ended(recovery)) return to_string(recovery.verdict);
  if (recovery.stage == Stage::running) return "Running";
  return is_approved(recovery) ? "Approved" : "AwaitingApproval";
}

std::vector<StatusCondition> conditions_of(const Recovery& recovery) {
  return {approved_condition(recovery), complete_condition(recovery), recovered_condition(recovery)};
}

std::optional<Ending> ending_asked_for(const Recovery& recovery) {
  if (has_ended(recovery)) return std::nullopt;
  if (decided(recovery, ApprovalDecision::reject)) return Ending{Verdict::aborted, "rejected " + decided_by(*recovery.approval)};
  if (decided(recovery, ApprovalDecision::abort)) return Ending{Verdict::aborted, "aborted " + decided_by(*recovery.approval)};
  return std::nullopt;
}

std::optional<Ending> ending_of_age(const Recovery& recovery, Time now) {
  if (has_ended(recovery) || recovery.stage != Stage::running || now - last_activity(recovery, now) <= resumable_for) return std::nullopt;
  return Ending{Verdict::aborted, "nobody went on with it within an hour"};
}

std::string progress_of(const Recovery& recovery) {
  const auto over = std::count_if(recovery.steps.begin(), recovery.steps.end(),
                                  [](const StepRun& run) { return run.state == StepState::done || run.state == StepState::skipped; });
  return std::to_string(over) + "/" + std::to_string(recovery.steps.size());
}

std::string causes_of(const std::vector<Finding>& findings) {
  std::vector<std::string> signatures;
  for (const Finding& finding : findings) {
    if (std::find(signatures.begin(), signatures.end(), finding.signature) == signatures.end()) signatures.push_back(finding.signature);
  }
  if (signatures.empty()) return {};
  return signatures.size() == 1 ? signatures.front() : signatures.front() + " (+" + std::to_string(signatures.size() - 1) + ")";
}

}  // namespace refloat
