#include <algorithm>

#include "guard/guardrail.h"
#include "unit/guard/world.h"
#include "unit/support/healthy_stack.h"

namespace refloat {
namespace {

using namespace testing_support;  // NOLINT: the fixture's words

TEST(Guardrails, allow_a_step_on_a_healthy_approved_stack) {
  World w;
  const GuardView view{w.stack, w.snapshot, w.playbooks, w.diagnosis, w.plan, w.step, w.action, nullptr, nullptr, true, now};
  for (const Decision& d : guard(view)) EXPECT_TRUE(d.allowed) << d.guardrail << ": " << d.reason;
}

TEST(Guardrails, mode_denies_what_nobody_asked_for) {
  World w;
  w.approved = false;
  EXPECT_FALSE(w.ask("mode").allowed);
  w.stack.mode = Mode::approve;
  EXPECT_FALSE(w.ask("mode").allowed);
  w.stack.mode = Mode::automatic;
  EXPECT_TRUE(w.ask("mode").allowed);
  w.plan.findings = {finding("lost", {"Database", "", "default", ""})};
  w.plan.findings[0].recoverable = Recoverable::approval;
  w.step.findings = {"lost/default"};
  EXPECT_FALSE(w.ask("mode").allowed) << "what needs an approval needs it in mode Auto too";
}

TEST(Guardrails, mode_heeds_what_a_users_playbook_explains) {
  World w;
  w.approved = false;
  w.stack.mode = Mode::automatic;
  w.plan.findings = {finding("mine", {"Database", "", "default", ""})};
  w.plan.findings[0].users_playbook = true;
  w.plan.suppressed = {finding("lost", {"Database", "", "default", ""})};
  w.plan.suppressed[0].caused_by = w.plan.findings[0].id;
  w.step.findings = {w.plan.findings[0].id};
  EXPECT_TRUE(w.ask("mode").allowed);
  w.plan.suppressed[0].recoverable = Recoverable::approval;
  EXPECT_FALSE(w.ask("mode").allowed);
  w.plan.suppressed[0].recoverable = Recoverable::automatic;
  w.stack.mode_by_signature = {{"lost", Mode::observe}};
  EXPECT_EQ(w.ask("mode").reason, "mode Observe of lost: needs `recover` or an approval");
}

TEST(Guardrails, mode_of_a_signature_counts_and_the_most_careful_decides) {
  World w;
  w.approved = false;
  w.stack.mode = Mode::automatic;
  w.plan.findings = {finding("lost", {"Database", "", "default", ""}), finding("stuck", {"Database", "", "default", ""})};
  EXPECT_TRUE(w.ask("mode").allowed);
  w.stack.mode_by_signature = {{"stuck", Mode::approve}};
  EXPECT_FALSE(w.ask("mode").allowed);
  EXPECT_EQ(w.ask("mode").reason, "mode Approve of stuck: needs `recover` or an approval");
  w.stack.mode = Mode::observe;
  w.stack.mode_by_signature = {{"stuck", Mode::automatic}};
  EXPECT_FALSE(w.ask("mode").allowed) << "the other cause is only observed";
  w.stack.mode_by_signature["lost"] = Mode::automatic;
  EXPECT_TRUE(w.ask("mode").allowed);
}

TEST(Guardrails, pause_request_names_who_asked) {
  World w;
  w.stack.pause_requests = {"release 42"};
  const Decision d = w.ask("pause-request");
  EXPECT_FALSE(d.allowed);
  EXPECT_NE(d.reason.find("release 42"), std::string::npos);
}

TEST(Guardrails, a_cause_only_people_can_end_stops_all_but_verify) {
  World w;
  w.diagnosis.findings = {finding("reset", {"Database", "", "default", ""})};
  w.diagnosis.findings[0].recoverable = Recoverable::no;
  EXPECT_FALSE(w.ask("unrecoverable-cause").allowed);
  EXPECT_FALSE(w.ask("unrecoverable-cause").retry_at);
  std::swap(w.diagnosis.findings, w.diagnosis.suppressed);
  EXPECT_FALSE(w.ask("unrecoverable-cause").allowed) << "explained by another finding, it is still there";
  w.step.phase = Phase::verify;
  EXPECT_TRUE(w.ask("unrecoverable-cause").allowed);
}

TEST(Guardrails, permission_must_be_named_in_the_stack) {
  World w;
  w.repair_default();
  EXPECT_FALSE(w.ask("permission").allowed);
  w.stack.allow = {Permission::insert_rows};
  EXPECT_FALSE(w.ask("permission").allowed);
  w.stack.allow = {Permission::delete_rows};
  EXPECT_TRUE(w.ask("permission").allowed);
}

TEST(Guardrails, freshness_denies_an_old_snapshot) {
  World w;
  w.snapshot.taken_at = now - std::chrono::seconds(30);
  EXPECT_TRUE(w.ask("freshness").allowed);
  w.snapshot.taken_at = now - std::chrono::seconds(31);
  EXPECT_FALSE(w.ask("freshness").allowed);
}

TEST(Guardrails, examined_denies_while_anything_is_unknown) {
  World w;
  w.snapshot.databases["default"].reach = Reach::unexamined;
  EXPECT_FALSE(w.ask("examined").allowed);
  w = World();
  w.snapshot.databases.erase("visibility");
  EXPECT_FALSE(w.ask("examined").allowed);
  w = World();
  w.snapshot.unexamined = {{"pods", "forbidden", ErrorKind::denied}};
  EXPECT_FALSE(w.ask("examined").allowed);
}

TEST(Guardrails, examined_denies_migrations_over_what_can_not_be_judged) {
  World w;
  w.snapshot.databases["visibility"].direct = false;
  EXPECT_FALSE(w.ask("examined").allowed);
  w = World();
  w.snapshot.databases["visibility"].in_recovery = true;
  EXPECT_FALSE(w.ask("examined").allowed);
  w = World();
  w.stack.databases[1].target = "1.13";
  w.snapshot.databases["visibility"].schema->tables = 3;
  EXPECT_FALSE(w.ask("examined").allowed) << "tables beyond what this build recognises look like the newest it does";
  w.snapshot.databases["visibility"].schema->tables = 0;
  EXPECT_TRUE(w.ask("examined").allowed);
}

TEST(Guardrails, evidence_of_a_destructive_step_must_hold_now) {
  World w;
  w.repair_default();
  w.step.findings = {"partial/default"};
  EXPECT_FALSE(w.ask("evidence").allowed);
  w.diagnosis.suppressed = {finding("partial", {"Database", "", "default", ""})};
  EXPECT_FALSE(w.ask("evidence").allowed) << "an effect of something else is no reason to destroy";
  w.diagnosis.findings = {finding("partial", {"Database", "", "default", ""})};
  EXPECT_TRUE(w.ask("evidence").allowed);
  w.action.destructive = false;
  w.diagnosis.findings.clear();
  EXPECT_TRUE(w.ask("evidence").allowed);
}

// Who may write a Playbook could else keep the evidence of another's step true for ever, or never.
TEST(Guardrails, evidence_is_what_the_catalogue_found_where_a_users_playbook_wants_the_same) {
  World w;
  w.repair_default();
  const Finding own = finding("partial", {"Database", "", "default", ""});
  Finding trivial = finding("trivial", {"Stack", "", "s", ""});
  trivial.users_playbook = true;
  w.plan.findings = {own, trivial};
  w.step.findings = {own.id, trivial.id};
  w.diagnosis.findings = {trivial};
  EXPECT_FALSE(w.ask("evidence").allowed);
  w.diagnosis.findings = {own};
  EXPECT_TRUE(w.ask("evidence").allowed);
  w.diagnosis.findings = {trivial};
  w.diagnosis.suppressed = {own};
  w.diagnosis.suppressed[0].caused_by = trivial.id;
  EXPECT_TRUE(w.ask("evidence").allowed) << "explaining it away does not make it untrue";
  w.plan.findings = {trivial};
  w.step.findings = {trivial.id};
  EXPECT_TRUE(w.ask("evidence").allowed) << "its own step rests on its own finding";
  w.diagnosis.findings.clear();
  EXPECT_FALSE(w.ask("evidence").allowed);
}

TEST(Guardrails, application_state_denies_deleted_skipped_gone_and_ignored) {
  World w;
  app(w.snapshot, "dev-migrations").deletion_at = now;
  EXPECT_FALSE(w.ask("application-state").allowed);
  w = World();
  app(w.snapshot, "dev-migrations").skip_reconcile = true;
  EXPECT_FALSE(w.ask("application-state").allowed);
  w = World();
  w.snapshot.applications.erase(w.snapshot.applications.begin());
  EXPECT_FALSE(w.ask("application-state").allowed);
  w = World();
  app(w.snapshot, "dev-migrations").has_operation = true;
  app(w.snapshot, "dev-migrations").operation.reset();
  EXPECT_FALSE(w.ask("application-state").allowed) << "requested half an hour ago and never begun";
  app(w.snapshot, "dev-migrations").unchanged_since = now - std::chrono::seconds(10);
  EXPECT_TRUE(w.ask("application-state").allowed);
}

TEST(Guardrails, sync_window_of_the_project_counts) {
  World w;
  w.snapshot.projects[0].windows = {{"deny", "* * * * *", "1h", "", false, false, {"*"}, {}, {}}};
  EXPECT_FALSE(w.ask("sync-window").allowed);
  w.snapshot.projects[0].windows[0].manual_sync = true;
  EXPECT_TRUE(w.ask("sync-window").allowed);
  w.snapshot.projects.clear();
  EXPECT_FALSE(w.ask("sync-window").allowed) << "unknown windows count as closed";
}

TEST(Guardrails, argo_at_work_protects_a_running_operation) {
  World w;
  run_operation(app(w.snapshot, "dev-migrations"));
  EXPECT_FALSE(w.ask("argo-at-work").allowed);
}

TEST(Guardrails, argo_at_work_protects_a_back_off_that_may_succeed) {
  World w;
  back_off(app(w.snapshot, "dev-migrations"));
  w.step.phase = Phase::unblock;
  const Decision d = w.ask("argo-at-work");
  EXPECT_FALSE(d.allowed);
  EXPECT_EQ(d.retry_at, retry_due(app(w.snapshot, "dev-migrations")));
}

TEST(Guardrails, argo_at_work_lets_a_doomed_back_off_be_ended_and_nothing_else_before) {
  World w;
  back_off(app(w.snapshot, "dev-migrations"));
  w.playbooks = {playbook("partial", {})};
  w.playbooks[0].signature.dooms = {"migrations"};
  w.diagnosis.findings = {finding("partial", {"Database", "", "default", ""})};
  PlanStep unblock = w.step;
  unblock.id = "unblock-1";
  unblock.phase = Phase::unblock;
  w.plan.steps = {unblock, w.step};
  EXPECT_TRUE(w.ask("argo-at-work").allowed) << "planned after a step that ends it";
  const Write write = KubeWrite{};
  w.write = &write;
  EXPECT_FALSE(w.ask("argo-at-work").allowed) << "but not done before it has ended";
  w.step = unblock;
  EXPECT_TRUE(w.ask("argo-at-work").allowed);
  w.playbooks[0].signature.dooms = {"bootstrap"};
  EXPECT_FALSE(w.ask("argo-at-work").allowed) << "a cause that dooms another role's retries proves nothing here";
}

// An always-true condition for each Application would else end every operation there is.
TEST(Guardrails, argo_at_work_takes_a_users_finding_on_an_application_for_no_proof_by_itself) {
  World w;
  run_operation(app(w.snapshot, "dev-migrations"));
  w.step.phase = Phase::unblock;
  w.playbooks = {playbook("mine", {})};
  w.diagnosis.findings = {finding("mine", app(w.snapshot, "dev-migrations").ref)};
  EXPECT_TRUE(w.ask("argo-at-work").allowed) << "of the catalogue";
  w.diagnosis.findings[0].users_playbook = true;
  EXPECT_FALSE(w.ask("argo-at-work").allowed);
  w.playbooks[0].signature.dooms = {"runtime"};
  EXPECT_FALSE(w.ask("argo-at-work").allowed);
  w.playbooks[0].signature.dooms = {"migrations"};
  EXPECT_TRUE(w.ask("argo-at-work").allowed);
  w.diagnosis.findings[0].subject.uid = "another";
  EXPECT_FALSE(w.ask("argo-at-work").allowed);
}

TEST(Guardrails, argo_at_work_does_not_end_an_operation_whose_hook_is_at_work) {
  World w;
  run_operation(app(w.snapshot, "dev-migrations"));
  w.step.phase = Phase::unblock;
  w.diagnosis.findings = {finding("stuck", app(w.snapshot, "dev-migrations").ref)};
  EXPECT_TRUE(w.ask("argo-at-work").allowed);
  Pod pod;
  pod.ref = {"Pod", "dev", "second-hook-x", "uid-pod"};
  pod.owner_kind = "Job";
  pod.owner_uid = w.snapshot.jobs[0].ref.uid;
  pod.phase = "Running";
  w.snapshot.pods = {pod};
  EXPECT_FALSE(w.ask("argo-at-work").allowed);
}

TEST(Guardrails, argo_at_work_holds_back_repairs_while_the_migrations_operation_lives) {
  World w;
  w.repair_default();
  run_operation(app(w.snapshot, "dev-migrations"));
  EXPECT_FALSE(w.ask("argo-at-work").allowed);
}

// A set begins another as soon as one ends, so there is no moment without an operation.
TEST(Guardrails, argo_at_work_lets_a_repair_in_while_an_operation_begun_since_rests) {
  World w;
  w.repair_default();
  Application& migrations = app(w.snapshot, "dev-migrations");
  back_off(migrations);
  w.playbooks = {playbook("partial", {})};
  w.playbooks[0].signature.dooms = {"migrations"};
  w.diagnosis.findings = {finding("partial", {"Database", "", "default", ""})};
  PlanStep unblock;
  unblock.id = "unblock-1";
  unblock.phase = Phase::unblock;
  unblock.action = "argo.endOperation";
  unblock.application = "dev-migrations";
  w.plan.steps = {unblock, w.step};
  Recovery recovery;
  recovery.steps.resize(1);
  recovery.steps[0].id = "unblock-1";
  recovery.steps[0].state = StepState::running;
  w.recovery = &recovery;
  const Write write = SqlWrite{};
  w.write = &write;
  EXPECT_FALSE(w.ask("argo-at-work").allowed) << "not before the first has been ended";
  recovery.steps[0].state = StepState::done;
  EXPECT_FALSE(w.ask("argo-at-work").allowed) << "it ended none: somebody else began this one";
  recovery.steps[0].effects.resize(1);
  recovery.steps[0].effects[0].state = EffectState::applied;
  EXPECT_TRUE(w.ask("argo-at-work").allowed);
  recovery.steps[0] = {"unblock-1", StepState::skipped, {}, {}, 0, {}, {}};
  EXPECT_TRUE(w.ask("argo-at-work").allowed) << "none was there to be ended when it was time to";
  migrations.operation->finished_at = now - std::chrono::seconds(9);
  EXPECT_FALSE(w.ask("argo-at-work").allowed) << "the next try is too near";
  run_operation(migrations);
  EXPECT_FALSE(w.ask("argo-at-work").allowed) << "it is at work";
  back_off(migrations);
  w.diagnosis.findings.clear();
  EXPECT_FALSE(w.ask("argo-at-work").allowed) << "it may succeed";
}

TEST(Guardrails, foreign_finalizer_needs_to_be_named) {
  World w;
  w.snapshot.jobs[0].deletion_at = now;
  w.snapshot.jobs[0].finalizers = {"argocd.argoproj.io/hook-finalizer"};
  EXPECT_TRUE(w.ask("foreign-finalizer").allowed);
  w.snapshot.jobs[0].finalizers.emplace_back("example.com/archive");
  EXPECT_FALSE(w.ask("foreign-finalizer").allowed);
  w.stack.allowed_finalizers = {"example.com/archive"};
  EXPECT_TRUE(w.ask("foreign-finalizer").allowed);
}

TEST(Guardrails, database_direct_denies_poolers_and_standbys) {
  World w;
  w.repair_default();
  w.snapshot.databases["default"].direct = false;
  EXPECT_FALSE(w.ask("database-direct").allowed);
  w.snapshot.databases["default"].direct = true;
  w.snapshot.databases["default"].in_recovery = true;
  EXPECT_FALSE(w.ask("database-direct").allowed);
}

TEST(Guardrails, migrator_denies_repairs_next_to_a_session_or_pod) {
  World w;
  w.repair_default();
  EXPECT_TRUE(w.ask("migrator").allowed);
  w.snapshot.databases["default"].migrators = {{42, "", "temporal", "CREATE TABLE"}};
  EXPECT_FALSE(w.ask("migrator").allowed);
  w = World();
  w.repair_default();
  Pod pod;
  pod.ref = {"Pod", "dev", "schema-job-x", "uid-pod"};
  pod.owner_kind = "Job";
  pod.owner_uid = w.snapshot.jobs[0].ref.uid;
  pod.phase = "Running";
  w.snapshot.pods = {pod};
  EXPECT_FALSE(w.ask("migrator").allowed);
  w.snapshot.pods[0].phase = "Failed";
  EXPECT_TRUE(w.ask("migrator").allowed);
  w.snapshot.pods[0].phase = "Running";
  w.snapshot.pods[0].owner_uid = w.snapshot.jobs[1].ref.uid;
  EXPECT_TRUE(w.ask("migrator").allowed) << "an ordinary Job of another role migrates nothing";
  w.snapshot.jobs[1].hook = true;
  EXPECT_FALSE(w.ask("migrator").allowed) << "but its hooks may";
  w.snapshot.pods[0].owner_uid = "uid of a Job that was deleted";
  EXPECT_FALSE(w.ask("migrator").allowed) << "its Job is gone, it is not";
  w.snapshot.pods.clear();
  w.stack.applications.erase("migrations");
  EXPECT_FALSE(w.ask("migrator").allowed) << "nobody knows who migrates";
}

TEST(Guardrails, attempts_are_counted_from_the_journal) {
  World w;
  Recovery recovery;
  recovery.steps = {{"migrate-1", StepState::running, now, std::nullopt, 2, {}, {}}};
  w.recovery = &recovery;
  EXPECT_TRUE(w.ask("attempts").allowed);
  recovery.steps[0].attempts = 3;
  EXPECT_FALSE(w.ask("attempts").allowed);
}

TEST(Guardrails, blast_radius_ends_at_the_stack) {
  World w;
  KubeWrite write;
  write.object = app(w.snapshot, "dev-migrations").ref;
  Write any = write;
  w.write = &any;
  EXPECT_TRUE(w.ask("blast-radius").allowed);
  write.object.name = "somebody-elses";
  any = write;
  EXPECT_FALSE(w.ask("blast-radius").allowed);
  write.object = w.snapshot.jobs[0].ref;
  any = write;
  EXPECT_TRUE(w.ask("blast-radius").allowed);
  write.object.uid = "another uid";
  any = write;
  EXPECT_FALSE(w.ask("blast-radius").allowed) << "same name, another object";
}

// More may match when a step has its turn than when it was planned.
TEST(Guardrails, blast_radius_counts_over_the_whole_recovery) {
  World w;
  w.stack.limits.objects_max = 2;
  Recovery recovery;
  recovery.steps = {{"restart-1", StepState::running, now, std::nullopt, 0, {}, {}}};
  recovery.steps[0].effects.resize(2);
  recovery.steps[0].effects[0].object_uid = "uid-frontend";
  recovery.steps[0].effects[1].object_uid = "uid-backend";
  w.recovery = &recovery;
  KubeWrite write;
  write.object = w.snapshot.workloads[0].ref;
  Write any = write;
  w.write = &any;
  EXPECT_TRUE(w.ask("blast-radius").allowed) << "written to already";
  write.object = app(w.snapshot, "dev-migrations").ref;
  any = write;
  EXPECT_FALSE(w.ask("blast-radius").allowed);
}

TEST(Guardrails, every_guardrail_has_its_own_name) {
  std::vector<std::string> names;
  for (const Guardrail& rail : all_guardrails()) names.emplace_back(rail.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace refloat
