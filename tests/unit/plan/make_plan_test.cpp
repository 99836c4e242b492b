#include "plan/make_plan.h"

#include <set>

#include "unit/support/healthy_stack.h"

namespace refloat {
namespace {

using namespace testing_support;  // NOLINT: the fixture's words

Vocabulary words() {
  Vocabulary v;
  for (const char* name :
       {"argo.endOperation", "argo.releaseHookFinalizer", "temporal.repair", "argo.sync", "workloads.restart", "argo.rerunJob", "verify"}) {
    v.actions.push_back({name, "", {}, {}, std::nullopt, false});
  }
  return v;
}

std::vector<std::string> ids_and_actions(const Plan& plan) {
  std::vector<std::string> out;
  for (const PlanStep& s : plan.steps) out.push_back(s.id + " " + s.action + " " + s.application + s.database);
  return out;
}

StepSpec verify(std::vector<std::string> goals) {
  StepSpec s = step(Phase::verify, "verify", "");
  s.params["expect"] = std::move(goals);
  return s;
}

Playbook partial() {
  return playbook("partial", {verify({"schemaAtTarget"}), step(Phase::migrate, "argo.sync", "migrations"),
                              step(Phase::repair, "temporal.repair", ""), step(Phase::unblock, "argo.endOperation", "migrations")});
}

Playbook stuck() {
  return playbook("stuck", {step(Phase::unblock, "argo.releaseHookFinalizer", ""), step(Phase::unblock, "argo.endOperation", ""),
                            step(Phase::migrate, "argo.sync", ""), verify({"applicationsHealthy", "schemaAtTarget"})});
}

TEST(MergePlan, orders_phases_and_actions_whatever_the_playbooks_order) {
  StackDiagnosis d;
  d.findings = {finding("partial", {"Database", "", "default", ""}), finding("stuck", {"Application", "argocd", "dev-migrations", "u"})};
  const Plan plan = merge_plan(d, {partial(), stuck()}, stack(), words(), now);
  EXPECT_THAT(ids_and_actions(plan),
              ::testing::ElementsAre("unblock-1 argo.endOperation dev-migrations", "unblock-2 argo.releaseHookFinalizer dev-migrations",
                                     "repair-1 temporal.repair default", "migrate-1 argo.sync dev-migrations", "verify-1 verify "));
}

TEST(MergePlan, a_step_two_findings_want_stands_once_and_names_both) {
  StackDiagnosis d;
  d.findings = {finding("partial", {"Database", "", "default", ""}), finding("stuck", {"Application", "argocd", "dev-migrations", "u"})};
  const Plan plan = merge_plan(d, {partial(), stuck()}, stack(), words(), now);
  EXPECT_THAT(plan.steps[0].findings, ::testing::ElementsAre("partial/default", "stuck/dev-migrations"));
  EXPECT_EQ(plan.steps.back().params["expect"], Json({"schemaAtTarget", "applicationsHealthy"}));
}

TEST(MergePlan, the_same_repair_of_two_databases_stands_twice) {
  StackDiagnosis d;
  d.findings = {finding("partial", {"Database", "", "default", ""}), finding("partial", {"Database", "", "visibility", ""})};
  const Plan plan = merge_plan(d, {partial()}, stack(), words(), now);
  EXPECT_THAT(ids_and_actions(plan), ::testing::Contains("repair-2 temporal.repair visibility"));
}

TEST(MergePlan, suppressed_findings_and_missing_roles_bring_no_steps) {
  StackDiagnosis d;
  d.suppressed = {finding("stuck", {"Application", "argocd", "dev-migrations", "u"})};
  d.findings = {finding("partial", {"Database", "", "default", ""})};
  Stack s = stack();
  s.applications.erase("migrations");
  const Plan plan = merge_plan(d, {partial(), stuck()}, s, words(), now);
  EXPECT_THAT(ids_and_actions(plan), ::testing::ElementsAre("repair-1 temporal.repair default", "verify-1 verify "));
}

TEST(MergePlan, for_roles_chooses_by_the_subjects_role) {
  StepSpec early = step(Phase::migrate, "argo.sync", "");
  early.for_roles = {"migrations", "runtime"};
  StepSpec late = step(Phase::bootstrap, "argo.sync", "");
  late.for_roles = {"bootstrap"};
  StepSpec outside = step(Phase::migrate, "argo.sync", "");
  outside.for_roles = {"none"};
  StackDiagnosis d;
  d.findings = {finding("limbo", {"Application", "argocd", "dev-bootstrap", "u"})};
  EXPECT_THAT(ids_and_actions(merge_plan(d, {playbook("limbo", {early, late, outside})}, stack(), words(), now)),
              ::testing::ElementsAre("bootstrap-1 argo.sync dev-bootstrap"));
}

TEST(MergePlan, a_condition_only_one_of_two_wants_is_dropped) {
  StepSpec conditional = step(Phase::migrate, "argo.sync", "migrations");
  conditional.when = Condition{};
  StackDiagnosis d;
  d.findings = {finding("a", {"Database", "", "default", ""}), finding("b", {"Database", "", "default", ""})};
  const Plan both = merge_plan(d, {playbook("a", {conditional}), playbook("b", {conditional})}, stack(), words(), now);
  ASSERT_TRUE(both.steps[0].when);
  EXPECT_EQ(both.steps[0].when->op, Condition::Op::any);
  const Plan one = merge_plan(d, {playbook("a", {conditional}), playbook("b", {step(Phase::migrate, "argo.sync", "migrations")})}, stack(),
                              words(), now);
  EXPECT_FALSE(one.steps[0].when);
}

// Who may write a Playbook could else let every recovery of the catalogue fail, or keep its place.
TEST(MergePlan, a_users_playbook_sets_no_goal_and_no_time_of_what_the_catalogue_does) {
  StepSpec sync = step(Phase::migrate, "argo.sync", "migrations");
  sync.within = std::chrono::minutes(1);
  StepSpec patient = sync;
  patient.within = std::chrono::hours(1);
  StackDiagnosis d;
  d.findings = {finding("mine", {"Database", "", "default", ""}), finding("own", {"Database", "", "default", ""})};
  const std::vector<Playbook> books = {playbook("mine", {patient, verify({"never"})}), playbook("own", {sync, verify({"schemaAtTarget"})})};
  for (const bool users : {false, true}) {
    d.findings[0].users_playbook = users;
    const Plan plan = merge_plan(d, books, stack(), words(), now);
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_EQ(plan.steps[0].within, users ? sync.within : patient.within);
    EXPECT_EQ(plan.steps[1].params["expect"].size(), users ? 1U : 2U);
    EXPECT_EQ(plan.steps[0].findings.size(), 2U);
  }
}

TEST(Seal, binds_to_state_and_not_to_time) {
  StackDiagnosis d;
  d.findings = {finding("partial", {"Database", "", "default", ""})};
  const std::vector<Playbook> books = {partial()};
  Snapshot snap = snapshot();
  Plan plan = merge_plan(d, books, stack(), words(), now);
  const std::string digest = seal(plan, books, stack(), snap);

  Plan later = merge_plan(d, books, stack(), words(), now + std::chrono::minutes(1));
  later.findings[0].evidence[0].at = now + std::chrono::minutes(1);
  EXPECT_EQ(seal(later, books, stack(), snap), digest);

  Plan other_evidence = plan;
  other_evidence.findings[0].evidence[0].observed = "something else";
  EXPECT_NE(seal(other_evidence, books, stack(), snap), digest);

  std::vector<Playbook> edited = books;
  edited[0].digest = "edited";
  EXPECT_NE(seal(plan, edited, stack(), snap), digest);

  app(snap, "dev-migrations").sync_revision = "fedcba";
  EXPECT_NE(seal(plan, books, stack(), snap), digest);
  for (std::string Application::* what :
       {&Application::path, &Application::repo_url, &Application::destination_namespace, &Application::project}) {
    snap = snapshot();
    app(snap, "dev-migrations").*what = "another";
    EXPECT_NE(seal(plan, books, stack(), snap), digest) << "the same revision, but not the same things";
  }
  snap = snapshot();
  app(snap, "dev-temporal").ref.uid = "recreated";
  EXPECT_NE(seal(plan, books, stack(), snap), digest);
}

// What a user's Playbook hides decides over mode and approval.
TEST(Seal, binds_to_what_a_users_playbook_hides) {
  StackDiagnosis d;
  d.findings = {finding("partial", {"Database", "", "default", ""})};
  d.suppressed = {finding("hidden", {"Database", "", "default", ""})};
  d.suppressed[0].caused_by = d.findings[0].id;
  const std::vector<Playbook> books = {partial()};
  const auto digest = [&] { return seal(merge_plan(d, books, stack(), words(), now), books, stack(), snapshot()); };
  const std::string of_catalogue = digest();
  d.suppressed[0].recoverable = Recoverable::approval;
  EXPECT_EQ(digest(), of_catalogue) << "what the catalogue explains is an effect, and digests of old plans stay";
  d.findings[0].users_playbook = true;
  std::set<std::string> digests{of_catalogue, digest()};
  d.suppressed[0].recoverable = Recoverable::automatic;
  digests.insert(digest());
  d.suppressed.clear();
  digests.insert(digest());
  EXPECT_EQ(digests.size(), 4U);
}

TEST(Targets, change_with_all_that_says_where_a_database_is) {
  const std::string digest = digest_of_targets(stack());
  const std::vector<void (*)(Stack&)> edits = {
      [](Stack& s) { s.databases[0].connection.dsn = "postgres://temporal:secret@a/one"; },
      [](Stack& s) { s.databases[0].connection.secret = SecretKeys{}; },
      [](Stack& s) {
        s.databases[0].connection.secret = SecretKeys{};
        s.databases[0].connection.secret->database_key = "other";
      },
      [](Stack& s) { s.databases[0].connection.tls.mode = "require"; },
      [](Stack& s) { s.bootstrap.temporal_namespaces.emplace_back("more"); },
  };
  std::set<std::string> digests{digest};
  for (const auto& edit : edits) {
    Stack edited = stack();
    edit(edited);
    digests.insert(digest_of_targets(edited));
  }
  EXPECT_EQ(digests.size(), edits.size() + 1);
  Stack one = stack(), two = stack();
  one.databases[0].connection.dsn = "postgres://temporal:secret@a/one";
  two.databases[0].connection.dsn = "postgres://temporal:changed@a/one";
  EXPECT_EQ(digest_of_targets(one), digest_of_targets(two)) << "its digest would let a weak password be guessed";
  two.databases[0].connection.dsn = "postgres://temporal:secret@a/two";
  EXPECT_NE(digest_of_targets(one), digest_of_targets(two));
}

TEST(SameWork, is_judged_by_the_steps_and_not_by_the_digest_alone) {
  StackDiagnosis d;
  d.findings = {finding("partial", {"Database", "", "default", ""})};
  const Plan plan = merge_plan(d, {partial()}, stack(), words(), now);
  Plan other = merge_plan(d, {partial()}, stack(), words(), now + std::chrono::minutes(1));
  EXPECT_TRUE(same_work(plan, other)) << "made at another time";
  const std::vector<void (*)(Plan&)> forgeries = {
      [](Plan& p) { p.steps[0].application = "another"; },
      [](Plan& p) { p.steps[0].action = "argo.sync"; },
      [](Plan& p) { p.steps.pop_back(); },
      [](Plan& p) { p.steps[0].when = Condition{}; },
      [](Plan& p) { p.steps[0].params["x"] = 1; },
      [](Plan& p) { p.findings[0].recoverable = Recoverable::approval; },
      [](Plan& p) { p.targets.clear(); },
      [](Plan& p) { p.playbooks = "of something else"; },
  };
  for (const auto& forge : forgeries) {
    Plan forged = other;
    forge(forged);
    EXPECT_FALSE(same_work(plan, forged)) << "number " << &forge - forgeries.data();
  }
}

TEST(SameWork, holds_what_a_users_playbook_hides_against_each_other) {
  StackDiagnosis d;
  d.findings = {finding("partial", {"Database", "", "default", ""})};
  d.findings[0].users_playbook = true;
  d.suppressed = {finding("hidden", {"Database", "", "default", ""})};
  d.suppressed[0].caused_by = d.findings[0].id;
  d.suppressed[0].recoverable = Recoverable::approval;
  const Plan plan = merge_plan(d, {partial()}, stack(), words(), now);
  EXPECT_TRUE(same_work(plan, plan));
  const std::vector<void (*)(Plan&)> forgeries = {
      [](Plan& p) { p.suppressed.clear(); },
      [](Plan& p) { p.suppressed[0].recoverable = Recoverable::automatic; },
      [](Plan& p) { p.suppressed[0].caused_by = "another"; },
      [](Plan& p) { p.findings[0].users_playbook = false; },
  };
  for (const auto& forge : forgeries) {
    Plan forged = plan;
    forge(forged);
    EXPECT_FALSE(same_work(plan, forged)) << "number " << &forge - forgeries.data();
  }
}

}  // namespace
}  // namespace refloat
