// What ends an operation that can not finish, and what lets go of its hook.
#include <chrono>

#include "argo/client/operations.h"
#include "base/json.h"
#include "unit/execute/action_world.h"

namespace refloat {
namespace {

using namespace testing_support;  // NOLINT: the fixture's words

TEST(EndOperation, terminates_what_runs_keeping_the_operation) {
  World w("argo.endOperation", Phase::unblock, "dev-migrations");
  run_operation(w.target());
  const Move m = w.next();
  ASSERT_EQ(m.kind, Move::Kind::act);
  EXPECT_EQ(kube(m).body["status"]["operationState"]["phase"], "Terminating");
  EXPECT_EQ(at_path(kube(m).body, {"metadata", "resourceVersion"}), "100");
  EXPECT_FALSE(kube(m).body.contains("operation"));
}

TEST(EndOperation, waits_while_terminating_and_is_done_when_nothing_runs) {
  World w("argo.endOperation", Phase::unblock, "dev-migrations");
  run_operation(w.target());
  w.target().operation->phase = "Terminating";
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  w.target().has_operation = false;
  w.target().operation->phase = "Failed";
  EXPECT_EQ(w.next().kind, Move::Kind::done);
}

// An ApplicationSet with RollingSync syncs an OutOfSync Application again and again.
TEST(EndOperation, does_not_chase_one_that_was_begun_after_it_ended_another) {
  World w("argo.endOperation", Phase::unblock, "dev-migrations");
  w.recovery.plan.steps.resize(1);
  w.recovery.plan.steps[0].phase = Phase::repair;
  back_off(w.target());
  Effect ended;
  ended.describe = kube(w.next()).describe;
  ended.state = EffectState::applied;
  w.run.effects = {ended};
  EXPECT_EQ(w.next().kind, Move::Kind::act) << "it is the one that did not end: Argo CD wrote over it";
  w.target().operation->started_at = now - std::chrono::seconds(3);
  EXPECT_EQ(w.next().kind, Move::Kind::done);
  w.run.effects.front().state = EffectState::stale;
  EXPECT_EQ(w.next().kind, Move::Kind::act) << "nothing was ended yet";
  w.run.effects.front().state = EffectState::ambiguous;
  w.target().operation->finished_at.reset();
  EXPECT_EQ(w.next().kind, Move::Kind::act) << "it does not wait: a guardrail says whether it may be ended";
  back_off(w.target());
  w.target().operation->started_at = now - std::chrono::seconds(3);
  w.recovery.plan.steps[0].phase = Phase::migrate;
  EXPECT_EQ(w.next().kind, Move::Kind::act) << "it stands in the way of everything but a repair";
}

TEST(EndOperation, never_writes_terminating_into_limbo) {
  World w("argo.endOperation", Phase::unblock, "dev-migrations");
  run_operation(w.target());
  w.target().has_operation = false;
  EXPECT_EQ(w.next().kind, Move::Kind::done);
  EXPECT_TRUE(w.preview().empty());
}

TEST(ReleaseHookFinalizer, waits_for_the_operation_then_removes_exactly_argos_own) {
  World w("argo.releaseHookFinalizer", Phase::unblock, "dev-migrations");
  Job& job = w.snapshot.jobs[0];
  job.deletion_at = now - std::chrono::minutes(1);
  job.finalizers = {"foregroundDeletion", hook_finalizer};
  run_operation(w.target());
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  w.target().has_operation = false;
  const Move m = w.next();
  ASSERT_EQ(m.kind, Move::Kind::act);
  EXPECT_EQ(kube(m).patch_type, PatchType::json);
  EXPECT_EQ(kube(m).body.back(), Json({{"op", "remove"}, {"path", "/metadata/finalizers/1"}}));
  EXPECT_THAT(kube(m).body, ::testing::Contains(Json({{"op", "test"}, {"path", "/metadata/uid"}, {"value", job.ref.uid}})));
  EXPECT_THAT(kube(m).body, ::testing::Contains(Json({{"op", "test"}, {"path", "/metadata/finalizers/1"}, {"value", hook_finalizer}})));
}

// However many there are, the limit of attempts is for what is tried in vain.
TEST(ReleaseHookFinalizer, counts_as_an_attempt_only_what_it_does_to_the_same_job_again) {
  World w("argo.releaseHookFinalizer", Phase::unblock, "dev-migrations");
  Job& job = w.snapshot.jobs[0];
  job.deletion_at = now - std::chrono::minutes(1);
  job.finalizers = {hook_finalizer};
  w.target().has_operation = false;
  EXPECT_FALSE(w.next().main_effect);
  w.run.effects.push_back({now, "", "", "another", "", EffectState::applied, now, "", nullptr});
  EXPECT_FALSE(w.next().main_effect);
  w.run.effects.push_back({now, "", "", job.ref.uid, "", EffectState::applied, now, "", nullptr});
  EXPECT_TRUE(w.next().main_effect);
}

TEST(ReleaseHookFinalizer, leaves_foreign_finalizers_and_living_jobs_alone) {
  World w("argo.releaseHookFinalizer", Phase::unblock, "dev-migrations");
  Job& job = w.snapshot.jobs[0];
  job.finalizers = {hook_finalizer};
  EXPECT_EQ(w.next().kind, Move::Kind::done) << "a Job that is not being deleted keeps its finalizer";
  job.deletion_at = now - std::chrono::minutes(1);
  job.finalizers = {"example.com/archive"};
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  w.stack.allowed_finalizers = {"example.com/archive"};
  EXPECT_EQ(w.next().kind, Move::Kind::act);
}

// With the Job gone nobody would see its pod any more.
TEST(ReleaseHookFinalizer, waits_for_a_pod_at_work_and_for_what_may_still_end_by_itself) {
  World w("argo.releaseHookFinalizer", Phase::unblock, "dev-migrations");
  Job& job = w.snapshot.jobs[0];
  job.finalizers = {hook_finalizer};
  job.deletion_at = now;
  EXPECT_EQ(w.next().kind, Move::Kind::wait) << "deleted five seconds ago";
  job.deletion_at = now - std::chrono::minutes(1);
  EXPECT_EQ(w.next().kind, Move::Kind::act);
  Pod pod;
  pod.ref = {"Pod", "dev", "schema-job-x", "uid-pod"};
  pod.owner_kind = "Job";
  pod.owner_uid = job.ref.uid;
  pod.phase = "Running";
  w.snapshot.pods = {pod};
  EXPECT_EQ(w.next().kind, Move::Kind::wait);
  w.snapshot.pods[0].phase = "Failed";
  EXPECT_EQ(w.next().kind, Move::Kind::act);
}

}  // namespace
}  // namespace refloat
