#include <chrono>
#include <string>

#include "argo/client/operations.h"
#include "base/json.h"
#include "execute/action.h"
#include "unit/execute/action_world.h"

namespace refloat {
namespace {

using namespace testing_support;  // NOLINT: the fixture's words

TEST(Sync, waits_for_a_pod_whose_job_is_gone) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  Pod pod;
  pod.ref = {"Pod", "dev", "schema-job-x", "uid-pod"};
  pod.owner_kind = "Job";
  pod.owner_uid = "uid of a Job that was deleted";
  pod.phase = "Running";
  w.snapshot.pods = {pod};
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  w.snapshot.pods[0].phase = "Succeeded";
  EXPECT_EQ(w.next().kind, Move::Kind::act);
}

// Without a revision Argo CD would deploy whatever is newest by then.
TEST(Sync, never_starts_without_a_revision) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  w.step.writes = w.preview();
  w.target().sync_revision.clear();
  const Move m = w.next();
  ASSERT_EQ(m.kind, Move::Kind::act);
  EXPECT_EQ(kube(m).body["metadata"]["annotations"]["argocd.argoproj.io/refresh"], "hard");
  w.run.effects.push_back({now, "hard refresh of Application dev-migrations", "", "", "", EffectState::applied, now, "", nullptr});
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

// A database that is away, or a standby that lags, proves nothing about the revision.
TEST(Sync, judges_a_migration_only_by_primaries_that_answer) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  w.our_sync(1, "Succeeded");
  DatabaseReading& reading = w.snapshot.databases["default"];
  reading.schema->versions[0].current = "1.17";
  EXPECT_EQ(w.next().kind, Move::Kind::fail);
  reading.in_recovery = true;
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  reading.in_recovery = false;
  reading.reach = Reach::unreachable;
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

TEST(Sync, of_the_bootstrap_waits_for_the_runtime) {
  World w("argo.sync", Phase::bootstrap, "dev-bootstrap");
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  w.snapshot.workloads[0].ready = 0;
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

TEST(Sync, is_pinned_does_not_prune_inherits_options_and_nulls_the_old_state) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  const Move m = w.next();
  ASSERT_EQ(m.kind, Move::Kind::act);
  EXPECT_TRUE(m.main_effect);
  const Json& body = kube(m).body;
  EXPECT_EQ(body["operation"]["sync"]["revision"], w.target().sync_revision);
  EXPECT_EQ(body["operation"]["sync"]["prune"], false);
  EXPECT_EQ(body["operation"]["sync"]["syncOptions"], Json({"CreateNamespace=true"}));
  EXPECT_EQ(body["operation"]["retry"]["limit"], 2);
  EXPECT_FALSE(body["operation"]["sync"].contains("resources")) << "a partial sync would skip hooks";
  EXPECT_TRUE(body["status"].contains("operationState") && body["status"]["operationState"].is_null());
  EXPECT_EQ(at_path(body, {"metadata", "resourceVersion"}), "100");
}

TEST(Sync, does_not_deploy_what_the_plan_did_not_name) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  w.step.writes = w.preview();
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  w.target().sync_revision = "fedcba9876543210fedcba9876543210fedcba98";
  EXPECT_EQ(w.next().kind, Move::Kind::fail);
}

TEST(Sync, does_not_deploy_another_revision_of_any_of_several_sources) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  w.target().multi_source = true;
  w.target().sync_revisions = {"1.2.3", "abc"};
  w.step.writes = w.preview();
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  w.target().sync_revisions = {"1.2.3", "def"};
  EXPECT_EQ(w.next().kind, Move::Kind::fail);
}

TEST(Sync, waits_for_operations_ours_or_not) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  run_operation(w.target());
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  w.our_sync(1, "Running");
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

TEST(Sync, of_migrations_is_done_only_when_every_database_is_at_its_target) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  w.our_sync(1, "Succeeded");
  EXPECT_EQ(w.next().kind, Move::Kind::done);
  w.snapshot.databases["visibility"].schema->versions[0].current = "1.8";
  EXPECT_EQ(w.next().kind, Move::Kind::fail);
  w.snapshot.databases["visibility"].schema->versions[0] = {"other_name", "1.9", "1.0"};
  EXPECT_EQ(w.next().kind, Move::Kind::fail) << "another database's row is not this one's version";
}

TEST(Sync, an_old_success_does_not_count) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  EXPECT_EQ(w.next().kind, Move::Kind::act);
}

TEST(Sync, tries_again_up_to_the_limit) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  w.our_sync(2, "Failed");
  const Move again = w.next();
  ASSERT_EQ(again.kind, Move::Kind::act);
  EXPECT_EQ(kube(again).body["operation"]["info"][0]["value"], "temporal-dev-1/migrate-1/3");
  w.our_sync(3, "Failed");
  EXPECT_EQ(w.next().kind, Move::Kind::fail);
}

TEST(Sync, replaces_limbo_but_not_under_a_hook_that_still_works) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  run_operation(w.target());
  w.target().has_operation = false;
  Job& job = w.snapshot.jobs[0];
  job.complete = false;
  job.active = 1;
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  job.active = 0;
  EXPECT_EQ(w.next().kind, Move::Kind::act);
}

TEST(Sync, refreshes_first_after_a_comparison_error_and_only_once) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  w.target().conditions = {{"ComparisonError", "cached", now}};
  const Move m = w.next();
  ASSERT_EQ(m.kind, Move::Kind::act);
  EXPECT_EQ(kube(m).body["metadata"]["annotations"]["argocd.argoproj.io/refresh"], "hard");
  EXPECT_FALSE(m.main_effect);
  w.run.effects.push_back({now, kube(m).describe, "", "", "", EffectState::applied, now, "", nullptr});
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

TEST(Restart, restarts_each_workload_once_with_the_steps_stamp) {
  World w("workloads.restart", Phase::restart, "dev-temporal");
  const Move first = w.next();
  ASSERT_EQ(first.kind, Move::Kind::act);
  const Json& annotations = kube(first).body["spec"]["template"]["metadata"]["annotations"];
  EXPECT_EQ(annotations["kubectl.kubernetes.io/restartedAt"], format_time(now));
  w.snapshot.workloads[0].restarted_at = format_time(now);
  EXPECT_EQ(kube(w.next()).object.name, "backend");
  w.snapshot.workloads[1].restarted_at = format_time(now);
  EXPECT_EQ(w.next().kind, Move::Kind::done);
  w.snapshot.workloads[1].ready = 0;
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

TEST(Restart, leaves_other_applications_workloads_alone) {
  World w("workloads.restart", Phase::restart, "dev-temporal");
  w.snapshot.workloads[0].tracking_app = "dev-postgres";
  EXPECT_EQ(kube(w.next()).object.name, "backend");
  w.snapshot.workloads[0].labels = w.stack.workload_selector;
  EXPECT_EQ(kube(w.next()).object.name, "frontend") << "selected by label";
  w.snapshot.workloads[0].ref.ns = "elsewhere";
  EXPECT_EQ(kube(w.next()).object.name, "backend");
}

TEST(Restart, does_not_fight_over_the_stamp) {
  World w("workloads.restart", Phase::restart, "dev-temporal");
  w.run.effects.push_back({now, "restart", "", "uid-frontend", "300", EffectState::applied, now, "", nullptr});
  EXPECT_EQ(kube(w.next()).object.name, "backend") << "restarted by this step, whatever the stamp says now";
  w.snapshot.workloads[1].restarted_at = format_time(now + std::chrono::seconds(3));
  EXPECT_EQ(w.next().kind, Move::Kind::done) << "somebody else restarted it since";
}

TEST(Restart, leaves_workloads_scaled_to_zero_at_zero) {
  World w("workloads.restart", Phase::restart, "dev-temporal");
  w.snapshot.workloads[0].replicas = 0;
  EXPECT_EQ(kube(w.next()).object.name, "backend");
}

TEST(RerunJob, deletes_the_old_job_by_uid_then_syncs_then_judges_by_what_is_registered) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.lose_bootstrap();
  const Move removal = w.next();
  ASSERT_EQ(removal.kind, Move::Kind::act);
  EXPECT_EQ(kube(removal).verb, KubeWrite::Verb::remove);
  EXPECT_EQ(kube(removal).object.uid, "uid-register-namespaces");
  EXPECT_EQ(kube(removal).resource_version, "200");

  w.snapshot.jobs.pop_back();
  const Move sync = w.next();
  ASSERT_EQ(sync.kind, Move::Kind::act);
  EXPECT_TRUE(sync.main_effect);

  Job fresh = job("register-namespaces", "dev-bootstrap", false);
  fresh.ref.uid = "uid-new";
  fresh.created_at = now + std::chrono::seconds(2);
  w.snapshot.jobs.push_back(fresh);
  w.our_sync(1, "Succeeded");
  EXPECT_EQ(w.next().kind, Move::Kind::wait) << "complete, but what it should have made is not there";
  w.register_again();
  EXPECT_EQ(w.next().kind, Move::Kind::done);
}

// Between the plan and its turn a person, or Argo CD, may have done it.
TEST(RerunJob, does_not_do_again_what_somebody_else_has_done) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  EXPECT_EQ(w.next().kind, Move::Kind::done) << "complete, from before this step, and what it makes is there";
  w.target().operation->phase = "Failed";
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  w.target().operation->phase = "Succeeded";
  w.snapshot.jobs.back().complete = false;
  w.snapshot.jobs.back().failed_finally = true;
  EXPECT_EQ(w.next().kind, Move::Kind::act);
}

TEST(RerunJob, deletes_nothing_while_there_is_no_revision_to_sync) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.lose_bootstrap();
  w.step.writes = w.preview();
  w.target().sync_revision.clear();
  EXPECT_EQ(kube(w.next()).plural, "applications") << "a refresh";
  w.target().refresh = "hard";
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

TEST(RerunJob, deletes_nothing_when_its_sync_would_deploy_what_the_plan_did_not_name) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.lose_bootstrap();
  w.step.writes = w.preview();
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  w.target().sync_revision = "fedcba9876543210fedcba9876543210fedcba98";
  EXPECT_EQ(w.next().kind, Move::Kind::fail);
  w.snapshot.jobs.pop_back();
  EXPECT_EQ(w.next().kind, Move::Kind::fail);
}

// Helm's common label stands on many a Job that Argo CD does not know.
TEST(RerunJob, leaves_alone_a_job_that_only_a_label_gives_to_the_application) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.lose_bootstrap();
  Job foreign = job("by-hand", "dev-bootstrap", false);
  foreign.complete = false;
  foreign.failed_finally = true;
  foreign.tracked_by_label = true;
  w.snapshot.jobs.push_back(foreign);
  EXPECT_NE(kube(w.next()).object.name, "by-hand");
  w.target().resources.push_back({"batch", "Job", foreign.ref.ns, "by-hand", "Synced", false});
  EXPECT_EQ(kube(w.next()).object.name, "by-hand") << "the Application names it: tracking by label";
}

TEST(RerunJob, waits_for_the_runtime_and_prefers_the_failed_job) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  Job failed = job("older", "dev-bootstrap", false);
  failed.created_at = at("2025-12-05T08:00:00Z");
  failed.complete = false;
  failed.failed_finally = true;
  w.snapshot.jobs.push_back(failed);
  EXPECT_EQ(kube(w.next()).object.name, "older");
  w.snapshot.workloads[0].ready = 0;
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

TEST(RerunJob, does_not_disturb_a_job_at_work_or_an_operation) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  Job& j = w.snapshot.jobs.back();
  j.complete = false;
  j.active = 1;
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  j.failed = 1;
  EXPECT_EQ(w.next().kind, Move::Kind::act) << "it loops: replace it";
  run_operation(w.target());
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

Effect effect_of(const KubeWrite& write, EffectState state) {
  const bool removal = write.verb == KubeWrite::Verb::remove;
  Effect effect;
  effect.intended_at = now;
  effect.describe = write.describe;
  effect.display = std::string(removal ? "DELETE" : "PATCH") + " /" + write.plural + "/" + write.object.name;
  effect.object_uid = write.object.uid;
  effect.state = state;
  return effect;
}

TEST(RerunJob, knows_its_new_job_when_our_clock_is_ahead) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.run.effects.push_back(effect_of(delete_job(w.snapshot.jobs.back()), EffectState::applied));
  w.run.effects.push_back(effect_of(start_sync(w.target(), "t"), EffectState::applied));
  w.our_sync(1, "Succeeded");
  w.target().operation->started_at = now - std::chrono::seconds(20);
  w.snapshot.jobs.back().ref.uid = "uid-new";
  w.snapshot.jobs.back().created_at = now - std::chrono::seconds(19);
  EXPECT_EQ(w.next().kind, Move::Kind::done) << "before the step by our clock; after its sync began by the cluster's";
}

TEST(RerunJob, takes_no_sync_from_before_for_its_own_when_our_clock_is_behind) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.lose_bootstrap();
  w.target().operation->started_at = now + std::chrono::seconds(30);
  w.snapshot.jobs.back().created_at = now + std::chrono::seconds(31);
  w.run.operation_before = w.target().operation->started_at;
  EXPECT_EQ(w.next().kind, Move::Kind::act);
}

// What was refused, or only asked Argo CD to look again, brought no Job about.
TEST(RerunJob, no_effect_but_a_sync_makes_an_old_job_new) {
  for (const bool hook : {true, false}) {
    World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
    w.lose_bootstrap();
    w.snapshot.jobs.back().hook = hook;
    w.run.effects.push_back(effect_of(hard_refresh(w.target()), EffectState::applied));
    w.run.effects.push_back(effect_of(start_sync(w.target(), "t"), EffectState::stale));
    ASSERT_EQ(w.next().kind, Move::Kind::act) << hook;
    EXPECT_EQ(kube(w.next()).plural, hook ? "applications" : "jobs");
    w.run.effects.push_back(effect_of(start_sync(w.target(), "t"), EffectState::ambiguous));
    w.run.attempts = 1;
    EXPECT_EQ(w.next().kind, Move::Kind::act) << "its answer was lost, and it did not happen";
  }
}

TEST(RerunJob, what_it_deleted_is_made_again_whatever_else_is_there) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.lose_bootstrap();
  Job failed = job("newer", "dev-bootstrap", false);
  failed.ref.uid = "uid-newer";
  failed.complete = false;
  failed.failed_finally = true;
  w.snapshot.jobs.push_back(failed);
  ASSERT_EQ(kube(w.next()).object.name, "newer");
  w.run.effects.push_back(effect_of(kube(w.next()), EffectState::applied));
  w.snapshot.jobs.pop_back();
  ASSERT_EQ(w.next().kind, Move::Kind::act);
  EXPECT_EQ(kube(w.next()).plural, "applications") << "the other Job, complete and older, is not what is waited for";
  w.stack.bootstrap = {};
  EXPECT_EQ(w.next().kind, Move::Kind::act) << "nor is it enough where nothing is declared";
}

// The sync before the deletion ended well, too; it says nothing about what was deleted since.
TEST(RerunJob, what_it_deleted_again_is_made_again_whatever_ended_before) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.stack.bootstrap = {};
  Job again = job("newer", "dev-bootstrap", false);
  again.ref.uid = "uid-newer";
  w.our_sync(1, "Succeeded");
  w.run.effects.push_back(effect_of(delete_job(again), EffectState::applied));
  w.run.operation_before = w.target().operation->started_at;
  ASSERT_EQ(w.next().kind, Move::Kind::act) << "the other Job is complete and older";
  EXPECT_EQ(kube(w.next()).plural, "applications");
  w.run.effects.push_back(effect_of(start_sync(w.target(), "t"), EffectState::ambiguous));
  w.run.attempts = 2;
  ASSERT_EQ(w.next().kind, Move::Kind::act) << "its answer was lost, and it did not happen";
  EXPECT_EQ(kube(w.next()).plural, "applications");
  w.our_sync(2, "Succeeded");
  w.snapshot.jobs.push_back(again);
  w.snapshot.jobs.back().ref.uid = "uid-newest";
  EXPECT_EQ(w.next().kind, Move::Kind::done);
}

TEST(RerunJob, a_hook_that_is_gone_after_its_success_is_judged_by_what_it_was_for) {
  World w("argo.rerunJob", Phase::bootstrap, "dev-bootstrap");
  w.lose_bootstrap();
  w.snapshot.jobs.pop_back();
  w.our_sync(1, "Succeeded");
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  w.register_again();
  EXPECT_EQ(w.next().kind, Move::Kind::done);
}

TEST(Sync, asks_again_for_a_comparison_when_its_first_request_was_refused) {
  World w("argo.sync", Phase::migrate, "dev-migrations");
  w.target().operation.reset();
  w.target().conditions.push_back({"ComparisonError", "x", std::nullopt});
  w.run.effects.push_back(effect_of(hard_refresh(w.target()), EffectState::stale));
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  w.run.effects.back().state = EffectState::ambiguous;
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
}

TEST(Sync, an_operation_that_was_there_before_the_step_is_not_its_own_whatever_our_clock_says) {
  World w("argo.sync", Phase::restart, "dev-temporal");
  w.target().operation->started_at = now + std::chrono::minutes(1);
  EXPECT_EQ(w.next().kind, Move::Kind::done) << "what an earlier build began tells by the clocks";
  w.run.operation_before = w.target().operation->started_at;
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  w.run.operation_before = now - std::chrono::hours(1);
  w.target().operation->started_at = now - std::chrono::minutes(1);
  EXPECT_EQ(w.next().kind, Move::Kind::done) << "begun since, by the cluster's clock";
}

TEST(Repairs, act_only_on_their_own_evidence) {
  struct Case {
    const char* action;
    RepairKind kind;
    void (*broken)(TemporalSchema&);
  };
  const Case cases[] = {
      {"temporal.removeOrphanedMetadataRow", RepairKind::remove_orphaned_metadata_row,
       [](TemporalSchema& s) { s.versions[0].current = "0.0"; }},
      {"temporal.insertMetadataRow", RepairKind::insert_metadata_row, [](TemporalSchema& s) { s.metadata_rows.clear(); }},
      {"temporal.renameVersionRow", RepairKind::rename_version_row, [](TemporalSchema& s) { s.versions[0].db_name = "old"; }},
      {"temporal.recreateDropped", RepairKind::recreate_dropped_objects, [](TemporalSchema& s) { s.dropped = {"tiered_storage_tasks"}; }},
  };
  for (const Case& c : cases) {
    World w(c.action, Phase::repair, "");
    w.step.database = "default";
    EXPECT_EQ(w.next().kind, Move::Kind::done) << c.action << " on a healthy database";
    c.broken(*w.snapshot.databases["default"].schema);
    const Move m = w.next();
    ASSERT_EQ(m.kind, Move::Kind::act) << c.action;
    EXPECT_EQ(std::get<SqlWrite>(*m.write).kind, c.kind);
    EXPECT_TRUE(w.action->spec.destructive);
    EXPECT_TRUE(w.action->spec.needs);
    w.snapshot.databases["default"].reach = Reach::unreachable;
    EXPECT_EQ(w.next().kind, Move::Kind::wait) << "never on a database that could not be read";
  }
}

TEST(Expect, waits_for_every_goal) {
  World w("verify", Phase::verify, "");
  w.step.params["expect"] = {"schemaAtTarget", "workloadsReady", "bootstrapDone", "applicationsHealthy"};
  EXPECT_EQ(w.next().kind, Move::Kind::done);
  const std::vector<void (*)(Snapshot&)> breaks = {
      [](Snapshot& s) { s.databases["default"].schema->versions[0].current = "1.17"; },
      [](Snapshot& s) { s.workloads[0].ready = 0; },
      [](Snapshot& s) { s.databases["default"].schema->namespaces.clear(); },
      [](Snapshot& s) { s.applications[1].health = "Degraded"; },
      [](Snapshot& s) { s.applications[2].operation->phase = "Failed"; },
  };
  for (const auto& break_one : breaks) {
    World broken("verify", Phase::verify, "");
    broken.step.params = w.step.params;
    break_one(broken.snapshot);
    EXPECT_EQ(broken.next().kind, Move::Kind::wait);
  }
}

TEST(Expect, wants_what_holds_to_go_on_holding) {
  World w("verify", Phase::verify, "");
  w.step.params["expect"] = {"applicationsHealthy"};
  w.run.started_at = now + std::chrono::seconds(4);
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  w.run.started_at = now;
  EXPECT_EQ(w.next().kind, Move::Kind::done);
}

// What a JSON patch tests a path for; null = nothing.
Json at_test(const Json& patch, const std::string& path) {
  for (const Json& part : patch) {
    if (text_at(part, {"op"}) == "test" && text_at(part, {"path"}) == path) return part.at("value");
  }
  return nullptr;
}

TEST(Actions, every_write_carries_uid_and_resource_version) {
  for (const Action& action : all_actions()) {
    for (const char* target : {"dev-migrations", "dev-bootstrap", "dev-temporal"}) {
      World w(action.spec.name, action.spec.phases.front(), target);
      run_operation(w.target());
      for (const Write& write : w.preview()) {
        const auto* k = std::get_if<KubeWrite>(&write);
        if (k == nullptr) continue;
        EXPECT_FALSE(k->object.uid.empty()) << action.spec.name;
        EXPECT_FALSE(k->resource_version.empty()) << action.spec.name;
        if (k->verb != KubeWrite::Verb::patch) continue;  // sent with the request, see executor_test
        const Json told = k->patch_type == PatchType::json ? at_test(k->body, "/metadata/resourceVersion")
                                                           : at_path(k->body, {"metadata", "resourceVersion"});
        EXPECT_EQ(told, k->resource_version) << action.spec.name;
      }
    }
  }
}

}  // namespace
}  // namespace refloat
