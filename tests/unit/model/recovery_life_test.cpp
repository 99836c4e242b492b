#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "model/attempts.h"
#include "model/recovery.h"
#include "model/status_condition.h"

namespace refloat {
namespace {

Time at(int minutes) {
  return Time(std::chrono::hours(490000)) + std::chrono::minutes(minutes);
}

Recovery waiting() {
  Recovery recovery;
  recovery.name = "orders-1";
  recovery.plan.digest = "digest";
  recovery.plan.made_at = at(0);
  recovery.started_at = at(0);
  recovery.needs_approval = true;
  recovery.stage = Stage::awaiting_approval;
  recovery.steps = {{"repair-1", StepState::waiting, std::nullopt, std::nullopt, 0, {}, {}}};
  return recovery;
}

Recovery decided(ApprovalDecision decision, const std::string& digest = "digest") {
  Recovery recovery = waiting();
  recovery.approval = Approval{decision, digest, "jane", at(5), "seen"};
  return recovery;
}

ConditionStatus status_of(const Recovery& recovery, const std::string& type) {
  const auto conditions = conditions_of(recovery);
  const StatusCondition* found = find_condition(conditions, type);
  EXPECT_NE(found, nullptr) << type;
  return found == nullptr ? ConditionStatus::unknown : found->status;
}

TEST(recovery_life, it_has_acted_from_its_first_intent_on) {
  Recovery recovery = waiting();
  EXPECT_FALSE(has_acted(recovery));
  recovery.steps[0].effects.emplace_back();
  EXPECT_TRUE(has_acted(recovery));
}

TEST(recovery_life, an_effect_may_have_happened_that_was_applied_or_not_answered) {
  Effect effect;
  for (const EffectState state :
       {EffectState::applied, EffectState::ambiguous, EffectState::intended, EffectState::stale, EffectState::rejected}) {
    effect.state = state;
    EXPECT_EQ(effect.may_have_happened(), state == EffectState::applied || state == EffectState::ambiguous) << to_string(state);
  }
}

TEST(recovery_life, the_steps_of_a_plan_begin_unstarted) {
  Plan plan;
  plan.steps.resize(2);
  plan.steps[1].id = "sync-2";
  const std::vector<StepRun> runs = unstarted(plan);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1].id, "sync-2");
  EXPECT_EQ(runs[1].state, StepState::waiting);
}

TEST(recovery_life, nothing_runs_before_its_plan_is_approved) {
  EXPECT_FALSE(may_run(waiting()));
  EXPECT_EQ(phase_of(waiting()), "AwaitingApproval");
  EXPECT_TRUE(may_run(decided(ApprovalDecision::approve)));
  EXPECT_EQ(phase_of(decided(ApprovalDecision::approve)), "Approved");
}

TEST(recovery_life, an_approval_of_another_plan_is_none) {
  const Recovery recovery = decided(ApprovalDecision::approve, "other");
  EXPECT_FALSE(is_approved(recovery));
  EXPECT_FALSE(may_run(recovery));
  EXPECT_EQ(status_of(recovery, "Approved"), ConditionStatus::no);
}

TEST(recovery_life, a_plan_without_a_digest_cannot_be_approved) {
  Recovery recovery = decided(ApprovalDecision::approve, "");
  recovery.plan.digest.clear();
  EXPECT_FALSE(may_run(recovery));
}

TEST(recovery_life, a_status_that_says_running_does_not_replace_the_approval) {
  Recovery recovery = waiting();
  recovery.stage = Stage::running;
  EXPECT_FALSE(may_run(recovery));
}

TEST(recovery_life, rejecting_and_aborting_end_it_with_the_name_of_the_person) {
  for (const auto decision : {ApprovalDecision::reject, ApprovalDecision::abort}) {
    const Recovery recovery = decided(decision);
    EXPECT_FALSE(may_run(recovery));
    const auto ending = ending_asked_for(recovery);
    ASSERT_TRUE(ending);
    EXPECT_EQ(ending->verdict, Verdict::aborted);
    EXPECT_NE(ending->message.find("jane"), std::string::npos);
  }
  Recovery rejected = decided(ApprovalDecision::reject);
  rejected.verdict = Verdict::aborted;
  EXPECT_EQ(phase_of(rejected), "Rejected");
  EXPECT_FALSE(ending_asked_for(rejected)) << "it has ended";
}

TEST(recovery_life, an_abort_stops_one_that_runs_without_an_approval) {
  Recovery recovery = waiting();
  recovery.needs_approval = false;
  recovery.stage = Stage::running;
  EXPECT_TRUE(may_run(recovery));
  recovery.approval = Approval{ApprovalDecision::abort, "digest", "jane", std::nullopt, {}};
  EXPECT_FALSE(may_run(recovery));
}

TEST(recovery_life, conditions_tell_the_life) {
  EXPECT_EQ(status_of(waiting(), "Approved"), ConditionStatus::no);
  EXPECT_EQ(status_of(waiting(), "Complete"), ConditionStatus::no);
  EXPECT_EQ(status_of(waiting(), "Recovered"), ConditionStatus::unknown);
  Recovery recovery = decided(ApprovalDecision::approve);
  recovery.verdict = Verdict::recovered;
  recovery.finished_at = at(9);
  for (const char* type : {"Approved", "Complete", "Recovered"}) EXPECT_EQ(status_of(recovery, type), ConditionStatus::yes) << type;
  const auto conditions = conditions_of(recovery);
  EXPECT_EQ(find_condition(conditions, "Approved")->last_transition, at(5));
  EXPECT_EQ(find_condition(conditions, "Recovered")->last_transition, at(9));
  recovery.verdict = Verdict::failed;
  EXPECT_EQ(status_of(recovery, "Complete"), ConditionStatus::yes);
  EXPECT_EQ(status_of(recovery, "Recovered"), ConditionStatus::no);
}

TEST(recovery_life, its_json_keeps_every_stage) {
  std::vector<Recovery> lives{waiting(), decided(ApprovalDecision::approve), decided(ApprovalDecision::reject)};
  lives.push_back(decided(ApprovalDecision::approve));
  lives.back().stage = Stage::running;
  lives.push_back(decided(ApprovalDecision::reject));
  lives.back().verdict = Verdict::aborted;
  for (Recovery& life : lives) {
    life.steps.clear();
    const auto read = recovery_from_json(to_json(life));
    ASSERT_TRUE(read) << phase_of(life) << ": " << read.error().message;
    EXPECT_EQ(phase_of(*read), phase_of(life));
    EXPECT_EQ(may_run(*read), may_run(life));
    EXPECT_EQ(to_json(*read), to_json(life));
  }
}

TEST(recovery_life, contradictions_are_refused) {
  Recovery recovery = waiting();
  recovery.steps.clear();
  const Json good = to_json(recovery);
  ASSERT_TRUE(recovery_from_json(good));
  const auto with = [&](const char* pointer, const Json& value) {
    Json json = good;
    json[Json::json_pointer(pointer)] = value;
    return recovery_from_json(json).has_value();
  };
  EXPECT_FALSE(with("/status/phase", "Recovered"));
  EXPECT_FALSE(with("/status/phase", "Dozing"));
  EXPECT_FALSE(with("/status/verdict", "Failed"));
  EXPECT_FALSE(with("/spec/needsApproval", false)) << "waits for what it does not need";
  EXPECT_FALSE(with("/spec/planDigest", "other"));
  EXPECT_FALSE(with("/spec/approval", {{"decision", "maybe"}, {"planDigest", "digest"}}));
  EXPECT_FALSE(with("/spec/approval", {{"decision", "approve"}}));
  EXPECT_TRUE(with("/spec/approval", {{"decision", "approve"}, {"planDigest", "digest"}}));
}

TEST(set_condition, keeps_the_transition_time_while_the_status_stays) {
  std::vector<StatusCondition> conditions;
  set_condition(conditions, {"Ready", ConditionStatus::no, "A", "a", at(1), 1});
  set_condition(conditions, {"Ready", ConditionStatus::no, "B", "b", at(2), 2});
  ASSERT_EQ(conditions.size(), 1U);
  EXPECT_EQ(conditions[0].last_transition, at(1));
  EXPECT_EQ(conditions[0].reason, "B");
  set_condition(conditions, {"Ready", ConditionStatus::yes, "C", "c", at(3), 2});
  EXPECT_EQ(conditions[0].last_transition, at(3));
  const auto read = conditions_from_json(conditions_json(conditions));
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(conditions_json(read), conditions_json(conditions));
  EXPECT_TRUE(conditions_from_json(Json::array({Json("x"), Json::object()})).empty());
}

// --- attempts ----------------------------------------------------------------------------------------------------------------------

Recovery ended(Verdict verdict, int minute, StepState first = StepState::done) {
  Recovery recovery = waiting();
  recovery.stage = Stage::running;
  recovery.verdict = verdict;
  recovery.finished_at = at(minute);
  recovery.steps[0].state = first;
  return recovery;
}

Limits limits() {
  Limits limits;
  limits.attempts_max = 2;
  limits.recoveries_max = 4;
  limits.attempts_window = std::chrono::hours(1);
  return limits;
}

TEST(attempts, failures_in_a_row_park_until_they_leave_the_window) {
  const std::vector<Recovery> runs{ended(Verdict::failed, 0), ended(Verdict::failed, 10)};
  EXPECT_FALSE(attempts_of({runs[0]}, limits(), at(11)).used_up);
  const Attempts attempts = attempts_of(runs, limits(), at(11));
  EXPECT_TRUE(attempts.used_up);
  EXPECT_EQ(attempts.in_a_row, 2);
  EXPECT_EQ(attempts.free_at, at(60));
  EXPECT_FALSE(attempts_of(runs, limits(), at(60)).used_up) << "at the time that was promised";
}

TEST(attempts, a_verified_recovery_resets_the_row) {
  const std::vector<Recovery> runs{ended(Verdict::failed, 0), ended(Verdict::recovered, 5), ended(Verdict::failed, 10)};
  const Attempts attempts = attempts_of(runs, limits(), at(11));
  EXPECT_EQ(attempts.in_a_row, 1);
  EXPECT_EQ(attempts.in_window, 3);
  EXPECT_FALSE(attempts.used_up);
}

TEST(attempts, flapping_parks_although_every_run_succeeds) {
  std::vector<Recovery> runs;
  for (int i = 0; i < 4; ++i) runs.push_back(ended(Verdict::recovered, i * 10));
  const Attempts attempts = attempts_of(runs, limits(), at(31));
  EXPECT_TRUE(attempts.used_up);
  EXPECT_EQ(attempts.in_a_row, 0);
  EXPECT_EQ(attempts.free_at, at(60));
  EXPECT_FALSE(attempts_of(runs, limits(), at(60)).used_up);
}

TEST(attempts, what_a_person_ended_or_what_never_began_does_not_count) {
  const std::vector<Recovery> runs{ended(Verdict::aborted, 1), ended(Verdict::refused, 2, StepState::waiting), waiting()};
  EXPECT_EQ(attempts_of(runs, limits(), at(3)).in_window, 0);
  Recovery refused = ended(Verdict::refused, 2);
  EXPECT_EQ(attempts_of({refused}, limits(), at(3)).in_window, 0) << "a guardrail denied its first effect";
  refused.steps[0].effects.emplace_back();
  EXPECT_EQ(attempts_of({refused}, limits(), at(3)).in_window, 1);
}

// Else what keeps ending a run half-way, a Playbook that is edited again and again, could have it act without end.
TEST(attempts, what_was_ended_after_it_had_acted_counts_unless_a_person_ended_it) {
  Recovery aborted = ended(Verdict::aborted, 2);
  aborted.steps[0].effects.emplace_back();
  EXPECT_EQ(attempts_of({aborted}, limits(), at(3)).in_window, 1);
  EXPECT_EQ(attempts_of({aborted}, limits(), at(3)).in_a_row, 1);
  aborted.approval = Approval{ApprovalDecision::abort, "digest", "jane", at(2), {}};
  EXPECT_EQ(attempts_of({aborted}, limits(), at(3)).in_window, 0);
}

TEST(attempts, a_retry_dated_before_the_end_of_what_it_asks_about_is_heard_all_the_same) {
  std::vector<Recovery> runs{ended(Verdict::failed, 0), ended(Verdict::failed, 10)};
  runs[1].approval = Approval{ApprovalDecision::retry, "digest", "jane", at(7), {}};
  EXPECT_FALSE(attempts_of(runs, limits(), at(12)).used_up) << "their clock is behind";
}

TEST(attempts, a_retry_dated_ahead_forgives_nothing_that_comes_after_it) {
  std::vector<Recovery> runs{ended(Verdict::failed, 0), ended(Verdict::failed, 10)};
  runs[1].approval = Approval{ApprovalDecision::retry, "digest", "jane", at(100000), {}};
  EXPECT_FALSE(attempts_of(runs, limits(), at(21)).used_up);
  runs.push_back(ended(Verdict::failed, 25));
  runs.push_back(ended(Verdict::failed, 27));
  EXPECT_TRUE(attempts_of(runs, limits(), at(28)).used_up);
}

TEST(recovery_life, one_that_nobody_went_on_with_for_an_hour_is_over) {
  Recovery recovery = waiting();
  recovery.needs_approval = false;
  recovery.stage = Stage::running;
  EXPECT_FALSE(ending_of_age(recovery, at(60)));
  ASSERT_TRUE(ending_of_age(recovery, at(61)));
  recovery.steps[0].started_at = at(30);
  EXPECT_FALSE(ending_of_age(recovery, at(61))) << "its last sign of life counts";
  recovery.steps[0].effects.emplace_back().intended_at = at(50);
  EXPECT_FALSE(ending_of_age(recovery, at(110)));
  EXPECT_TRUE(ending_of_age(recovery, at(111)));
  recovery.stage = Stage::awaiting_approval;
  EXPECT_FALSE(ending_of_age(recovery, at(500))) << "a person may take their time: it is planned anew before it begins";
  recovery.stage = Stage::running;
  recovery.verdict = Verdict::recovered;
  EXPECT_FALSE(ending_of_age(recovery, at(500)));
}

TEST(attempts, a_persons_no_to_the_newest_holds_for_the_window_or_until_they_retry) {
  std::vector<Recovery> runs{ended(Verdict::failed, 0), ended(Verdict::aborted, 10)};
  EXPECT_FALSE(stopped_by_person(runs, limits(), at(11))) << "overtaken by events, not by a person";
  for (const ApprovalDecision no : {ApprovalDecision::reject, ApprovalDecision::abort}) {
    runs[1].approval = Approval{no, "digest", "jane", at(10), {}};
    ASSERT_TRUE(stopped_by_person(runs, limits(), at(11)));
    EXPECT_EQ(stopped_by_person(runs, limits(), at(11))->free_at, at(70));
    EXPECT_FALSE(stopped_by_person(runs, limits(), at(70)));
  }
  runs.push_back(ended(Verdict::aborted, 15));
  EXPECT_TRUE(stopped_by_person(runs, limits(), at(16))) << "one that did nothing, made by whomever, undoes no word of a person";
  runs.pop_back();
  runs[1].approval->decision = ApprovalDecision::retry;
  EXPECT_FALSE(stopped_by_person(runs, limits(), at(11)));
  runs[1].approval->decision = ApprovalDecision::abort;
  runs.push_back(ended(Verdict::recovered, 20));
  EXPECT_FALSE(stopped_by_person(runs, limits(), at(21))) << "somebody recovered it by hand since";
}

TEST(attempts, a_retry_starts_the_count_anew) {
  std::vector<Recovery> runs{ended(Verdict::failed, 0), ended(Verdict::failed, 10)};
  runs[1].approval = Approval{ApprovalDecision::retry, "digest", "jane", at(20), {}};
  EXPECT_EQ(attempts_of(runs, limits(), at(21)).in_window, 0);
  runs.push_back(ended(Verdict::failed, 25));
  EXPECT_EQ(attempts_of(runs, limits(), at(26)).in_a_row, 1);
}

}  // namespace
}  // namespace refloat
