#include <gtest/gtest.h>

#include "detect/hooks.h"
#include "unit/detect/fixture.h"

namespace refloat {
namespace {

using detect_test::now;
using detect_test::World;
using namespace std::chrono_literals;

Truth is(const World& world, const char* kind) {
  return world.truth("operation", {{"role", "migrations"}, {"is", Json::array({kind})}});
}
Truth quiet(const World& world) {
  return world.truth("operation", {{"role", "migrations"}, {"atWork", false}});
}
void wait_for_hook(Application& app, const std::string& job) {
  SyncedResource row;
  row.kind = "Job";
  row.ns = "dev";
  row.name = job;
  row.hook_type = "PreSync";
  row.hook_phase = "Running";
  app.operation->resources.push_back(row);
}

TEST(Operation, EndedIsIdle) {
  const World world;
  EXPECT_EQ(is(world, "idle"), Truth::yes);
  EXPECT_EQ(quiet(world), Truth::yes);
}

TEST(Operation, RequestedButNotStartedCountsAsAtWork) {
  World world;
  world.app("migrate").has_operation = true;
  EXPECT_EQ(is(world, "running"), Truth::yes);
  EXPECT_EQ(quiet(world), Truth::soon);
}

TEST(Operation, BackoffIsNeitherAtWorkNorStuck) {
  World world;
  world.run("migrate", 2h).operation->finished_at = now - 5s;
  EXPECT_EQ(is(world, "backoff"), Truth::yes);
  EXPECT_EQ(is(world, "stuck"), Truth::no);
  EXPECT_EQ(quiet(world), Truth::yes);
}

TEST(Operation, IsStuckOnlyBeyondTheLimit) {
  World world;
  world.run("migrate", 14min);
  const Judgement early = world.ask("operation", {{"role", "migrations"}, {"is", Json::array({"stuck"})}});
  EXPECT_EQ(early.truth, Truth::soon);
  EXPECT_EQ(early.at, now + 1min);
  world.run("migrate", 15min);
  EXPECT_EQ(is(world, "stuck"), Truth::yes);
}

TEST(Operation, WithALiveHookPodIsNeverStuck) {
  World world;
  world.run("migrate", 5h);
  const Job job = world.hook();
  world.pod_of(job, "Running");
  EXPECT_EQ(is(world, "running"), Truth::yes);
  EXPECT_EQ(is(world, "stuck"), Truth::no);
  world.snapshot.pods.front().phase = "Failed";
  EXPECT_EQ(is(world, "stuck"), Truth::yes);
}

TEST(Operation, WaitingForACalendarOrAPersonIsBlocked) {
  World world;
  world.run("migrate", 5h).operation->message = "Sync operation blocked by sync window";
  EXPECT_EQ(is(world, "blocked"), Truth::yes);
  EXPECT_EQ(is(world, "stuck"), Truth::no);
}

TEST(Operation, LimboIsBelievedOnlyWhenSettled) {
  World world;
  Application& app = world.run("migrate");
  app.has_operation = false;
  EXPECT_EQ(is(world, "limbo"), Truth::yes);
  app.unchanged_since = now - 1s;
  EXPECT_EQ(is(world, "limbo"), Truth::soon);
  EXPECT_EQ(quiet(world), Truth::soon);
  app.unchanged_since.reset();
  EXPECT_EQ(is(world, "limbo"), Truth::soon) << "seen for the first time";
}

TEST(Operation, WaitingForALostHookIsADeadlockAndNoWork) {
  World world;
  wait_for_hook(world.run("migrate"), "schema-job");
  EXPECT_EQ(is(world, "deadlocked"), Truth::yes);
  EXPECT_EQ(quiet(world), Truth::yes);
  const Job second = world.hook("second");
  world.pod_of(second, "Running");
  EXPECT_EQ(quiet(world), Truth::soon) << "another hook is still at work";
}

TEST(Operation, OfAnAbsentApplicationIsUnknownAndOfNoRoleNothing) {
  World world;
  std::erase_if(world.snapshot.applications, [](const Application& a) { return a.ref.name == "migrate"; });
  EXPECT_EQ(quiet(world), Truth::unknown);
  world.stack.applications.erase("migrations");
  EXPECT_EQ(quiet(world), Truth::yes);
  EXPECT_EQ(is(world, "running"), Truth::no);
}

// A sync's message quotes what a hook printed.
TEST(Operation, QuotesNoPassword) {
  World world;
  world.run("migrate", 20min).operation->message = "hook failed: postgres://u:hunter22@h/db password=hunter22";
  const Judgement judgement = world.ask("operation", {{"role", "migrations"}, {"is", Json::array({"stuck"})}});
  ASSERT_FALSE(judgement.evidence.empty());
  for (const Evidence& each : judgement.evidence) EXPECT_EQ(each.observed.find("hunter22"), std::string::npos) << each.observed;
}

TEST(HookJob, StuckInDeletionNamesItsFinalizers) {
  World world;
  world.run("migrate");
  Job& job = world.hook();
  job.deletion_at = now - 30s;
  job.finalizers = {hook_finalizer, "example.com/audit"};
  const Judgement found = world.ask("hookJob", {{"role", "migrations"}, {"state", Json::array({"terminating"})}});
  EXPECT_EQ(found.truth, Truth::yes);
  EXPECT_EQ(found.since, now - 30s);
  EXPECT_NE(found.evidence.front().observed.find("example.com/audit"), std::string::npos);
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "terminating"}, {"finalizer", "argo"}}), Truth::no);
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "terminating"}, {"finalizer", "foreign"}}), Truth::yes);
}

TEST(HookJob, LimitsDecideHowLongADeletionMayTake) {
  World world;
  Job& job = world.hook();
  job.deletion_at = now - 30s;
  job.finalizers = {hook_finalizer};
  world.stack.limits.hook_terminating_after = 45s;
  const Judgement found = world.ask("hookJob", {{"role", "migrations"}, {"state", "terminating"}});
  EXPECT_EQ(found.truth, Truth::soon);
  EXPECT_EQ(found.at, now + 15s);
}

TEST(HookJob, CompleteOneIsStuckOnlyWhenNoOperationWillReleaseIt) {
  World world;
  world.run("migrate");
  Job& job = world.hook();
  job.deletion_at = now - 30s;
  job.finalizers = {hook_finalizer};
  job.complete = true;
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "terminating"}}), Truth::no);
  world.app("migrate").has_operation = false;
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "terminating"}}), Truth::yes);
}

TEST(HookJob, APodThatWaitsInVainKeepsNothingAlive) {
  World world;
  world.run("migrate", 5h);
  Job& job = world.hook();
  job.deletion_at = now - 30s;
  job.finalizers = {hook_finalizer};
  Pod& pod = world.pod_of(job, "Pending");
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "terminating"}}), Truth::no);
  pod.containers.resize(1);
  pod.containers.front().waiting_reason = "ContainerCreating";
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "terminating"}}), Truth::no);
  pod.containers.front().waiting_reason = "ImagePullBackOff";
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "terminating"}}), Truth::yes);
}

TEST(HookJob, NotSeeingJobsProvesNothing) {
  World world;
  wait_for_hook(world.run("migrate"), "schema-job");
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "vanished"}}), Truth::yes);
  world.snapshot.unexamined = {{"jobs.batch in namespace elsewhere", "not allowed"}};
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "vanished"}}), Truth::yes);
  world.snapshot.unexamined = {{"jobs.batch in namespace dev", "not allowed"}};
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "vanished"}}), Truth::unknown);
  world.snapshot.unexamined = {{"objects of Application argocd/migrate", "they live in another cluster"}};
  EXPECT_EQ(world.truth("hookJob", {{"role", "migrations"}, {"state", "vanished"}}), Truth::unknown);
}

TEST(Job, OneFailureCountsMoreThanOtherSuccesses) {
  World world;
  EXPECT_EQ(world.truth("job", {{"role", "migrations"}, {"state", "absent"}}), Truth::yes);
  world.hook("a").complete = true;
  EXPECT_EQ(world.truth("job", {{"role", "migrations"}, {"state", "complete"}}), Truth::yes);
  world.hook("b");
  EXPECT_EQ(world.truth("job", {{"role", "migrations"}, {"state", "active"}}), Truth::yes);
  Job& failed = world.hook("c");
  failed.failed_finally = true;
  failed.finished_at = now - 2min;
  const Judgement found = world.ask("job", {{"role", "migrations"}, {"state", "failed"}});
  EXPECT_EQ(found.truth, Truth::yes);
  EXPECT_EQ(found.since, now - 2min);
}

}  // namespace
}  // namespace refloat
