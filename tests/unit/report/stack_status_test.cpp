#include "report/stack_status.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "model/stack.h"
#include "report/notes.h"
#include "report/shadow.h"
#include "unit/report/samples.h"

namespace refloat {
namespace {

Time later(int minutes) {
  return samples::now() + std::chrono::minutes(minutes);
}

struct StatusOf : testing::Test {
  Stack stack;
  StackDiagnosis diagnosis = samples::stack({samples::finding("migration-partial")});
  Plan plan = samples::plan({samples::step(Phase::migrate, "migrate-1")});
  const Plan* planned = &plan;
  std::vector<Recovery> recoveries;
  std::vector<std::string> obstacles;
  Json previous;

  StatusOf() {
    stack.name = "temporal-dev";
    stack.ns = "argocd";
    stack.uid = "stack-uid";
    stack.generation = 3;
    stack.mode = Mode::automatic;
  }

  Json look(Time now = samples::now()) {
    Json next = stack_status({stack, diagnosis, planned, recoveries, obstacles, previous, now});
    previous = next;
    return next;
  }
  Recovery recovery(const std::string& name, Verdict verdict) const {
    Recovery r;
    r.name = name;
    r.stack = stack.name;
    r.stack_uid = stack.uid;
    r.plan = plan;
    r.started_at = samples::now();
    if (verdict != Verdict::running) r.finished_at = samples::now();
    r.verdict = verdict;
    r.steps = {{"migrate-1", StepState::done, std::nullopt, std::nullopt, 0, {}, {}}};
    return r;
  }
  static std::string condition(const Json& status, const std::string& type) {
    for (const Json& each : status.at("conditions")) {
      if (each.at("type") == type) return each.at("status").get<std::string>() + " " + each.at("reason").get<std::string>();
    }
    return "absent";
  }
};

TEST_F(StatusOf, what_no_playbook_can_end_is_parked_for_a_person) {
  planned = nullptr;
  diagnosis.pending.push_back({});
  EXPECT_EQ(look()["state"], "Aground") << "while a picture still changes nobody is called";
  diagnosis.pending.clear();
  const Json status = look();
  EXPECT_EQ(status["state"], "Parked");
  EXPECT_EQ(condition(status, "Stalled"), "True NeedsPerson");
}

TEST_F(StatusOf, nothing_found_is_afloat) {
  diagnosis = samples::stack();
  planned = nullptr;
  const Json status = look();
  EXPECT_EQ(status["state"], "Afloat");
  EXPECT_EQ(status["causes"], 0);
  EXPECT_EQ(status["observedGeneration"], 3);
  EXPECT_EQ(condition(status, "Ready"), "True Afloat");
  for (const char* type : {"Reconciling", "Stalled", "Paused"}) EXPECT_EQ(condition(status, type), "absent") << type;
}

TEST_F(StatusOf, what_could_not_be_examined_is_never_called_well) {
  diagnosis = samples::stack();
  diagnosis.unexamined = {{"database default", "no address leads there", ErrorKind::transient}};
  planned = nullptr;
  EXPECT_EQ(look()["state"], "Unknown");
  EXPECT_EQ(condition(previous, "Ready"), "Unknown NotExamined");
}

TEST_F(StatusOf, only_worth_knowing_leaves_it_afloat) {
  diagnosis = samples::stack({samples::finding("lint", Severity::info)});
  EXPECT_EQ(look()["state"], "Afloat");
  EXPECT_EQ(previous["findings"].size(), 1U);
}

TEST_F(StatusOf, a_look_that_finds_the_same_gives_the_same_status) {
  const Json first = look();
  diagnosis.findings[0].since = later(1);  // an estimate that moves
  diagnosis.findings[0].evidence[0].observed = "0.0, read again";
  EXPECT_EQ(look(later(5)), first);
  EXPECT_EQ(first["diagnosedAt"], format_time(samples::now()));
}

TEST_F(StatusOf, a_look_that_finds_something_else_says_since_when) {
  look();
  diagnosis = samples::stack();
  planned = nullptr;
  const Json status = look(later(5));
  EXPECT_EQ(status["diagnosedAt"], format_time(later(5)));
  EXPECT_EQ(condition(status, "Ready"), "True Afloat");
}

// A doomed sync is tried again every few minutes: while a try runs, what is wrong can not be proved.
TEST_F(StatusOf, what_was_found_stands_while_it_is_pending) {
  const Json before = look();
  const ObjectRef subject = diagnosis.findings.front().subject;
  diagnosis.findings.clear();
  planned = nullptr;
  diagnosis.pending.push_back({"migration-partial", subject, "Argo CD is at work", later(2)});
  EXPECT_EQ(look(later(1)), before);
  diagnosis.pending.clear();
  EXPECT_EQ(look(later(2)).at("state"), "Afloat") << "until it can be told";
}

TEST_F(StatusOf, beside_what_is_pending_everything_else_is_told) {
  look();
  const ObjectRef subject = diagnosis.findings.front().subject;
  planned = nullptr;
  diagnosis.findings = {samples::finding("operation-stuck")};
  diagnosis.pending.push_back({"migration-partial", subject, "Argo CD is at work", later(2)});
  EXPECT_EQ(look(later(1)).at("cause"), "migration-partial (+1)");
  diagnosis.findings.clear();
  EXPECT_EQ(look(later(2)).at("cause"), "migration-partial") << "what is over is over";
  recoveries = {recovery("temporal-dev-7", Verdict::running)};
  EXPECT_EQ(look(later(3)).at("state"), "Recovering");
  recoveries = {recovery("temporal-dev-7", Verdict::refused)};
  const Json after = look(later(4));
  EXPECT_EQ(after.at("state"), "Aground") << "the end of a recovery makes nothing well";
  EXPECT_EQ(after.at("recoveriesMade"), 7);
  stack.generation = 4;
  stack.pause_requests = {"a-person: looking into it"};
  EXPECT_EQ(look(later(5)).at("state"), "Paused");
}

TEST_F(StatusOf, what_stood_in_the_way_stands_while_nobody_can_ask) {
  obstacles = {"sync-window: closed"};
  const Json before = look();
  EXPECT_EQ(before.at("state"), "Parked");
  obstacles.clear();
  planned = nullptr;
  diagnosis.pending.push_back({"migration-partial", diagnosis.findings.front().subject, "Argo CD is at work", later(2)});
  diagnosis.findings.clear();
  EXPECT_EQ(look(later(1)), before);
  stack.generation = 4;
  EXPECT_EQ(look(later(1)).at("state"), "Aground") << "somebody may just have opened it";
}

// An operation that is young again and again beside a cause that only a person can end.
TEST_F(StatusOf, what_stood_in_the_way_stands_while_something_else_is_pending) {
  planned = nullptr;
  const Json before = look();
  EXPECT_EQ(condition(previous, "Stalled"), "True NeedsPerson");
  diagnosis.pending.push_back({"operation-stuck", {"Application", "argocd", "a", ""}, "younger than the limit", later(900)});
  EXPECT_EQ(look(later(1)), before);
  Finding other = diagnosis.findings.front();
  other.subject.name = "visibility";
  diagnosis.findings.push_back(other);
  EXPECT_EQ(look(later(2)).at("state"), "Aground") << "there may be a plan for that";
}

TEST_F(StatusOf, what_is_pending_and_was_never_found_says_nothing) {
  diagnosis.findings.clear();
  planned = nullptr;
  diagnosis.pending.push_back({"migration-partial", {"Database", "argocd", "default", ""}, "a migrator is at work", later(2)});
  EXPECT_EQ(look().at("state"), "Afloat");
}

TEST_F(StatusOf, an_open_recovery_decides_the_state) {
  recoveries = {recovery("temporal-dev-3fa9-2", Verdict::running)};
  EXPECT_EQ(look()["state"], "Recovering");
  EXPECT_EQ(condition(previous, "Reconciling"), "True Running");
  EXPECT_EQ(previous["recovery"], "temporal-dev-3fa9-2");
  recoveries[0].needs_approval = true;
  recoveries[0].stage = Stage::awaiting_approval;
  EXPECT_EQ(look()["state"], "Waiting");
}

TEST_F(StatusOf, obstacles_and_used_up_attempts_park_it) {
  obstacles = {"sync-window: closed until noon"};
  EXPECT_EQ(look()["state"], "Parked");
  EXPECT_EQ(condition(previous, "Stalled"), "True Refused");
  obstacles.clear();
  EXPECT_EQ(look()["state"], "Aground");
  EXPECT_EQ(condition(previous, "Stalled"), "absent");
  for (int i = 1; i <= 3; ++i) recoveries.push_back(recovery("temporal-dev-3fa9-" + std::to_string(i), Verdict::failed));
  EXPECT_EQ(look()["state"], "Parked");
  EXPECT_EQ(condition(previous, "Stalled"), "True AttemptsUsedUp");
  EXPECT_EQ(previous["attempts"]["inARow"], 3);
}

TEST_F(StatusOf, a_pause_is_seen_whatever_is_found) {
  stack.pause_requests = {"jane: upgrade"};
  EXPECT_EQ(look()["state"], "Paused");
  EXPECT_EQ(condition(previous, "Paused"), "True PauseRequested");
  diagnosis = samples::stack();
  EXPECT_EQ(look()["state"], "Afloat");
  EXPECT_EQ(condition(previous, "Paused"), "True PauseRequested");
}

TEST_F(StatusOf, numbers_of_recoveries_are_remembered_when_they_are_gone) {
  recoveries = {recovery("temporal-dev-3fa9-12", Verdict::failed)};
  EXPECT_EQ(look()["recoveriesMade"], 12);
  recoveries.clear();
  EXPECT_EQ(look()["recoveriesMade"], 12);
}

TEST_F(StatusOf, hostile_texts_are_cut_and_cleaned) {
  diagnosis.findings.assign(100, samples::finding("x"));
  for (Finding& finding : diagnosis.findings) finding.summary = std::string(5000, 'a') + "\x1b[2J";
  diagnosis.findings[0].summary = "red \x1b[31m\xe2\x80\xae text";
  const Json status = look();
  EXPECT_EQ(status["findings"].size(), 20U);
  EXPECT_LT(status.dump().size(), 32U * 1024);
  EXPECT_EQ(status.dump().find("\\u001b"), std::string::npos);
}

// --- shadow record ------------------------------------------------------------------------------------------------------------------

TEST_F(StatusOf, in_observe_it_tells_what_would_have_been_done) {
  stack.mode = Mode::observe;
  plan.steps[0].guardrails = {{"mode", false, "mode Observe", std::nullopt}};
  const Json status = look();
  EXPECT_EQ(status["state"], "Aground");
  ASSERT_EQ(status["shadow"].size(), 1U);
  const Json& entry = status["shadow"][0];
  EXPECT_EQ(entry["would"], "Run") << "the mode itself is left aside";
  EXPECT_EQ(entry["planDigest"], plan.digest);
  EXPECT_EQ(entry["steps"].size(), 1U);
  EXPECT_EQ(entry["firstSeen"], format_time(samples::now()));
}

TEST_F(StatusOf, a_signature_on_observe_is_only_observed_in_a_stack_on_auto) {
  stack.mode_by_signature = {{"migration-partial", Mode::observe}};
  EXPECT_EQ(look()["state"], "Aground");
  ASSERT_EQ(previous["shadow"].size(), 1U);
  obstacles = {"sync-window: closed"};
  EXPECT_EQ(look()["state"], "Aground") << "nobody has to look at what is only observed";
}

TEST_F(StatusOf, a_signature_on_auto_has_no_shadow_in_a_stack_on_observe) {
  stack.mode = Mode::observe;
  stack.mode_by_signature = {{"migration-partial", Mode::automatic}};
  EXPECT_FALSE(look().contains("shadow"));
  diagnosis.findings.push_back(samples::finding("another"));
  EXPECT_TRUE(look().contains("shadow")) << "of two causes the more careful one decides";
}

TEST_F(StatusOf, what_is_named_approve_would_have_been_asked_about) {
  stack.mode = Mode::observe;
  stack.mode_by_signature = {{"some-cause", Mode::approve}};
  EXPECT_EQ(look()["shadow"][0]["would"], "Ask") << "the plan is against some-cause";
  EXPECT_EQ(note_would_recover(stack, plan).message.substr(0, 26), "mode Approve of some-cause");
}

TEST_F(StatusOf, in_auto_there_is_no_shadow) {
  EXPECT_FALSE(look().contains("shadow"));
}

TEST_F(StatusOf, shadow_last_seen_moves_seldom_and_an_end_is_kept) {
  const Json first = shadow_record(nullptr, stack, &plan, plan.findings, samples::now());
  plan.digest = "evidence moved on";
  EXPECT_EQ(shadow_record(first, stack, &plan, plan.findings, later(5)), first);
  const Json seen = shadow_record(first, stack, &plan, plan.findings, later(10));
  EXPECT_EQ(seen[0]["lastSeen"], format_time(later(10)));
  const Json gone = shadow_record(seen, stack, nullptr, {}, later(20));
  EXPECT_EQ(gone[0]["endedAt"], format_time(later(20)));
  EXPECT_EQ(shadow_record(gone, stack, nullptr, {}, later(30)), gone);
  EXPECT_EQ(shadow_record(gone, stack, &plan, plan.findings, later(40)).size(), 2U) << "a new episode";
}

TEST_F(StatusOf, shadow_guardrails_other_than_the_mode_and_approvals_are_told) {
  plan.findings[0].recoverable = Recoverable::approval;
  EXPECT_EQ(shadow_record(nullptr, stack, &plan, plan.findings, samples::now())[0]["would"], "Ask");
  plan.steps[0].guardrails = {{"permission", false, "needs deleteRows", std::nullopt}};
  const Json record = shadow_record(nullptr, stack, &plan, plan.findings, samples::now());
  EXPECT_EQ(record[0]["would"], "Refuse");
  EXPECT_EQ(record[0]["why"], "permission: needs deleteRows");
}

TEST_F(StatusOf, shadow_is_bounded) {
  Json record;
  for (int i = 0; i < 50; ++i) {
    plan = samples::plan({samples::step(Phase::migrate, "migrate-" + std::to_string(i))});
    record = shadow_record(record, stack, &plan, plan.findings, later(i));
  }
  EXPECT_EQ(record.size(), 10U);
  EXPECT_EQ(record[9]["firstSeen"], format_time(later(49)));
  EXPECT_LT(record.dump().size(), 32U * 1024);
}

// --- notes --------------------------------------------------------------------------------------------------------------------------

std::vector<std::string> said(const std::vector<Note>& notes) {
  std::vector<std::string> words;
  for (const Note& note : notes) words.push_back(note.regarding.kind + " " + note.reason);
  return words;
}

TEST_F(StatusOf, findings_are_told_when_they_come_and_go) {
  Finding stuck = samples::finding("operation-stuck");
  stuck.subject = {"Application", "argocd", "migrations", "uid"};
  EXPECT_EQ(said(notes_of_findings(stack, {}, {stuck})),
            (std::vector<std::string>{"Stack FindingDetected", "Application FindingDetected"}));
  EXPECT_TRUE(notes_of_findings(stack, {stuck}, {stuck}).empty());
  const auto gone = notes_of_findings(stack, {stuck}, {});
  EXPECT_EQ(said(gone), (std::vector<std::string>{"Stack FindingGone", "Application FindingGone"}));
  EXPECT_FALSE(gone[0].warning);
}

TEST_F(StatusOf, a_recovery_tells_its_life_once) {
  plan.findings[0].subject = {"Application", "argocd", "migrations", "uid"};
  Recovery made = recovery("temporal-dev-3fa9-1", Verdict::running);
  made.needs_approval = true;
  made.stage = Stage::awaiting_approval;
  made.steps[0].state = StepState::waiting;
  const auto asked = said(notes_of_recovery(stack, nullptr, made));
  EXPECT_NE(std::find(asked.begin(), asked.end(), "Application AwaitingApproval"), asked.end());
  Recovery approved = made;
  approved.approval = Approval{ApprovalDecision::approve, plan.digest, "jane", samples::now(), {}};
  approved.stage = Stage::running;
  EXPECT_EQ(said(notes_of_recovery(stack, &made, approved)),
            (std::vector<std::string>{"Recovery Approved", "Stack Approved", "Recovery RecoveryStarted", "Stack RecoveryStarted",
                                      "Application RecoveryStarted"}));
  Recovery stepped = approved;
  stepped.steps[0].state = StepState::done;
  EXPECT_EQ(said(notes_of_recovery(stack, &approved, stepped)), (std::vector<std::string>{"Recovery StepDone", "Stack StepDone"}));
  Recovery done = stepped;
  done.verdict = Verdict::recovered;
  EXPECT_EQ(said(notes_of_recovery(stack, &stepped, done)),
            (std::vector<std::string>{"Recovery Recovered", "Stack Recovered", "Application Recovered"}));
  EXPECT_TRUE(notes_of_recovery(stack, &done, done).empty());
}

}  // namespace
}  // namespace refloat
