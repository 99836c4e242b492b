// Users' Playbook objects, from the API server to a verified recovery: what one does, what a wrong one does not, and what becomes of a run
// whose playbook is edited or deleted under it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

#include "cli/demo/end_state.h"
#include "journal/open_journal.h"
#include "reconcile/reconcile.h"
#include "reconcile/user_playbooks.h"
#include "sim/control_plane.h"
#include "simulation/breaks.h"
#include "simulation/pilot.h"
#include "simulation/refusing_kube.h"
#include "simulation/run.h"

namespace refloat::simulation {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* signature_id = "bootstrap-left-failed";

Json bootstrap_job(DemoStage& stage) {
  return stage.cluster().admin().find("batch", "jobs", stage.names().ns, stage.names().prefix + stage.names().bootstrap_job);
}

// No built-in signature speaks of this: the Job is marked as failed, and what it makes is there.
bool leave_bootstrap_failed(DemoStage& stage) {
  sim::ControlPlane& admin = stage.cluster().admin();
  const Json job = bootstrap_job(stage);
  Json status = {{"failed", 2}, {"startTime", format_time(stage.cluster().now())}, {"conditions", Json::array()}};
  sim::set_condition(status, "Failed", true, "BackoffLimitExceeded", "Job has reached the specified backoff limit", stage.cluster().now());
  admin.set_status(job, status);
  stage.cluster().advance(2min);
  return !job.is_null();
}

// Somebody else does what the playbook would.
void mend_bootstrap(DemoStage& stage) {
  Json status = {{"succeeded", 1}, {"conditions", Json::array()}};
  sim::set_condition(status, "Complete", true, "CompletionsReached", "Reached expected number of succeeded pods", stage.cluster().now());
  stage.cluster().admin().set_status(bootstrap_job(stage), status);
}

Json playbook(DemoStage& stage, const std::string& name = "left-failed", const std::string& id = signature_id) {
  const Json failed{{"job", {{"role", "bootstrap"}, {"state", Json::array({"failed"})}}}};
  const Json rerun{{"phase", "bootstrap"}, {"do", "argo.rerunJob"}, {"role", "bootstrap"}, {"within", "5m"}};
  const Json verify{{"phase", "verify"}, {"expect", {"workloadsReady", "bootstrapDone", "applicationsHealthy"}}, {"within", "5m"}};
  return {{"apiVersion", "refloat.dev/v1alpha1"},
          {"kind", "Playbook"},
          {"metadata", {{"name", name}, {"namespace", stage.names().argo_ns}}},
          {"spec",
           {{"summary", "The bootstrap Job is marked as failed although its work is done."},
            {"explanation", "The Job holds nothing."},
            {"signature",
             {{"id", id},
              {"meaning", "the bootstrap Job of {subject} failed after its work was done"},
              {"severity", "warning"},
              {"recoverable", "auto"},
              {"suspect", failed},
              {"confirm", {{"all", Json::array({failed, Json{{"bootstrap", {{"done", true}}}}})}}}}},
            {"steps", Json::array({rerun, verify})}}}};
}

Json stored(DemoStage& stage, const std::string& name = "left-failed") {
  return stage.cluster().admin().find("refloat.dev", "playbooks", stage.names().argo_ns, name);
}

Json ready(DemoStage& stage, const std::string& name) {
  const Json object = stored(stage, name);
  const Json& conditions = at_path(object, {"status", "conditions"});
  return conditions.is_array() && !conditions.empty() ? conditions[0] : Json();
}

std::unique_ptr<DemoStage> stage_in(const char* mode) {
  auto stage = healthy_stage();
  edit_stack(*stage, {{"mode", mode}});
  EXPECT_TRUE(leave_bootstrap_failed(*stage));
  return stage;
}

std::vector<std::string> signatures_found(DemoStage& stage) {
  std::vector<std::string> out;
  for (const Recovery& recovery : recoveries_of(stage)) {
    for (const Finding& finding : recovery.plan.findings) out.push_back(finding.signature);
  }
  return out;
}

TEST(UserPlaybook, FiresAndRecoversBesideTheBuiltInOnes) {
  const auto stage = stage_in("Auto");
  Pilot pilot(*stage);
  pilot.run_for(1min);
  EXPECT_THAT(recoveries_of(*stage), IsEmpty()) << "no built-in playbook speaks of it";
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  const auto recovered = [&] {
    const auto all = recoveries_of(*stage);
    return !all.empty() && all.front().verdict != Verdict::running;
  };
  ASSERT_TRUE(pilot.run(recovered, 10min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::recovered) << recoveries_of(*stage).front().message;
  EXPECT_THAT(signatures_found(*stage), Contains(signature_id));
  EXPECT_EQ(ready(*stage, "left-failed")["status"], "True");
  EXPECT_TRUE(all_good(state_of(*stage)));
}

TEST(UserPlaybook, ThatIsGoneIsSilent) {
  const auto stage = stage_in("Observe");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Pilot pilot(*stage);
  pilot.run_for(1min);
  EXPECT_THAT(stack_object(*stage)["status"].dump(), HasSubstr(signature_id));
  ASSERT_TRUE(stage->cluster().admin().remove(stored(*stage), "Background").ok());
  pilot.run_for(1min);
  EXPECT_EQ(text_at(stack_object(*stage), {"status", "state"}), "Afloat") << stack_object(*stage)["status"].dump(1);
}

TEST(UserPlaybook, OfAnotherNamespaceSaysNothingHere) {
  const auto stage = stage_in("Observe");
  Json elsewhere = playbook(*stage);
  elsewhere["metadata"]["namespace"] = stage->names().ns;
  ASSERT_TRUE(stage->cluster().admin().create(elsewhere).ok());
  Pilot pilot(*stage);
  pilot.run_for(1min);
  EXPECT_EQ(text_at(stack_object(*stage), {"status", "state"}), "Afloat");
}

TEST(UserPlaybook, ThatIsWrongIsReportedAndHarmless) {
  const auto stage = healthy_stage();
  edit_stack(*stage, {{"mode", "Auto"}});
  Json wrong = playbook(*stage, "wrong");
  wrong["spec"]["signature"]["confirm"] = {{"jbo", {{"role", "bootstrap"}}}};
  Json thief = playbook(*stage, "thief", recoverable_breaks().front().signature);
  thief["spec"]["signature"]["confirm"] = {{"pods", {{"notReady", false}}}};  // always true: it would fire on a healthy Stack
  thief["spec"]["signature"].erase("suspect");
  ASSERT_TRUE(stage->cluster().admin().create(wrong).ok());
  ASSERT_TRUE(stage->cluster().admin().create(thief).ok());
  Pilot pilot(*stage);
  pilot.run_for(1min);
  EXPECT_THAT(recoveries_of(*stage), IsEmpty());
  EXPECT_EQ(ready(*stage, "wrong")["reason"], "InvalidPlaybook");
  EXPECT_THAT(text_at(ready(*stage, "wrong"), {"message"}), HasSubstr("spec.signature.confirm"));
  EXPECT_EQ(ready(*stage, "thief")["reason"], "DuplicatePlaybook");
  EXPECT_THAT(event_reasons(*stage), Contains("InvalidPlaybook"));
  EXPECT_THAT(event_reasons(*stage), Contains("DuplicatePlaybook"));
  ASSERT_TRUE(recoverable_breaks().front().strike(*stage));
  const auto recovered = [&] {
    const auto all = recoveries_of(*stage);
    return !all.empty() && all.front().verdict != Verdict::running;
  };
  ASSERT_TRUE(pilot.run(recovered, 10min)) << "the built-in ones go on as ever";
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::recovered);
}

// As with a Stack that names other databases: what was planned by it is not what anyone would do now.
TEST(UserPlaybook, ThatIsEditedUnderARunEndsTheRunBeforeItsNextEffect) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  ASSERT_TRUE(stage->cluster().admin().patch(stored(*stage), {{"spec", {{"summary", "Something else."}}}}).ok());
  const std::size_t before = stage->cluster().audit().size();
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(recoveries_of(*stage).front().message, HasSubstr("Playbook"));
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

TEST(UserPlaybook, ThatIsDeletedUnderAWaitingPlanClosesIt) {
  const auto stage = stage_in("Approve");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  ASSERT_TRUE(stage->cluster().admin().remove(stored(*stage), "Background").ok());
  decide(*stage, recoveries_of(*stage).front(), "approve");
  pilot.run_for(1min);
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(changes(*stage, 0), Not(Contains(HasSubstr("jobs"))));
}

// --- when they cannot be heard of, or read -------------------------------------------------------------------------------------------

TEST(UserPlaybook, IsReadAnewForARunWhateverWasHeardOfItLast) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  pilot.hear_of_playbooks(false);
  ASSERT_TRUE(stage->cluster().admin().remove(stored(*stage), "Background").ok());
  const std::size_t before = stage->cluster().audit().size();
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

TEST(UserPlaybook, ThatWasNeverHeardOfIsNoReasonToEndARunThatRestsOnIt) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  {
    Pilot pilot(*stage);
    ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  }
  Pilot other(*stage, nullptr, nullptr, "other");
  other.hear_of_playbooks(false);  // its watch is denied
  ASSERT_TRUE(other.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 10min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::recovered) << recoveries_of(*stage).front().message;
}

TEST(UserPlaybook, ThatCannotBeReadRestsARunUntilItCan) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  {
    Pilot pilot(*stage);
    ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  }
  Pilot other(*stage, nullptr, nullptr, "other");
  other.hear_of_playbooks(false);
  other.allow_playbooks(false);
  const std::size_t before = stage->cluster().audit().size();
  other.run_for(5min);
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::running) << recoveries_of(*stage).front().message;
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_THAT(event_reasons(*stage), Contains("Parked"));
  other.allow_playbooks(true);
  ASSERT_TRUE(other.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 10min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::recovered) << recoveries_of(*stage).front().message;
}

// A person waits for it, and waiting gives nobody the right.
TEST(UserPlaybook, ThatMayNotBeReadEndsARunByHandAtOnceWhichCanBeResumed) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  World world = stage->world();
  RefusingKube api(*world.kube);
  Ports ports{api, *world.databases, *world.clock};
  Inputs inputs = inputs_of(*stage);
  const auto users = read_user_playbooks(api, stage->names().argo_ns, inputs.playbooks);
  ASSERT_TRUE(users);
  for (const Playbook& each : users->usable) inputs.playbooks.push_back(each);
  const Stack& stack = inputs.stacks.front();
  const auto planned = make_plan(ports, inputs, stack, true);
  auto journal = open_journal(*world.kube, *world.clock, stack);
  ASSERT_TRUE(planned && journal);
  api.playbooks_fail = ErrorKind::denied;
  const Time began = stage->cluster().now();
  const auto ended = recover(ports, inputs, stack, planned->plan, **journal, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::denied);
  EXPECT_LT(stage->cluster().now() - began, 10s);
  api.playbooks_fail.reset();
  const auto resumed = resume(ports, inputs, stack, **journal, {});
  ASSERT_TRUE(resumed && *resumed);
  EXPECT_EQ((*resumed)->verdict, Verdict::recovered) << (*resumed)->message;
}

TEST(UserPlaybook, ThatCannotBeReadBeginsNothing) {
  const auto stage = stage_in("Observe");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Pilot pilot(*stage);
  pilot.run_for(1min);
  pilot.hear_of_playbooks(false);
  pilot.allow_playbooks(false);
  edit_stack(*stage, {{"mode", "Auto"}});
  pilot.run_for(2min);
  EXPECT_THAT(recoveries_of(*stage), IsEmpty());
  EXPECT_THAT(stack_object(*stage)["status"].dump(), HasSubstr("Playbooks that the plan rests on"));
  pilot.allow_playbooks(true);
  EXPECT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
}

TEST(UserPlaybook, ThatHasGoneUnheardBeginsNothing) {
  const auto stage = stage_in("Observe");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Pilot pilot(*stage);
  pilot.run_for(1min);
  pilot.hear_of_playbooks(false);
  ASSERT_TRUE(stage->cluster().admin().remove(stored(*stage), "Background").ok());
  edit_stack(*stage, {{"mode", "Auto"}});
  pilot.run_for(2min);
  EXPECT_THAT(recoveries_of(*stage), IsEmpty());
}

// --- what it must not bring about -----------------------------------------------------------------------------------------------------

// It would be done at once, were the built-in signature's own mode hidden with it.
TEST(UserPlaybook, ThatExplainsABuiltInFindingTakesAwayNoneOfItsCaution) {
  const auto stage = healthy_stage();
  const Break& damage = recoverable_breaks().front();
  Json greedy = playbook(*stage, "greedy", "greedy");
  greedy["spec"]["signature"]["severity"] = "critical";
  const Json always{{"not", {{"job", {{"role", "bootstrap"}, {"state", Json::array({"failed"})}}}}}};
  for (const char* member : {"suspect", "confirm"}) greedy["spec"]["signature"][member] = always;
  greedy["spec"]["signature"]["explains"] = {"hook-stuck-terminating", "migration-partial"};
  edit_stack(*stage, {{"mode", "Observe"}, {"modeBySignature", {{damage.signature, "Observe"}}}});
  ASSERT_TRUE(stage->cluster().admin().create(greedy).ok());
  ASSERT_TRUE(damage.strike(*stage));
  Pilot pilot(*stage);
  pilot.run_for(1min);
  EXPECT_THAT(text_at(stack_object(*stage), {"status", "cause"}), HasSubstr("greedy"));
  EXPECT_THAT(stack_object(*stage)["status"]["findings"].dump(), HasSubstr(damage.signature)) << "what it explains is told as ever";
  edit_stack(*stage, {{"mode", "Auto"}});
  pilot.run_for(3min);
  EXPECT_THAT(recoveries_of(*stage), IsEmpty());
  EXPECT_THAT(changes(*stage, 0), IsEmpty());
}

TEST(UserPlaybook, ThatFiresEverywhereIsNoStormForOthers) {
  const auto stage = stage_in("Observe");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Fleet fleet({.aground_max = 1});
  fleet.set_aground("elsewhere/orders", true, stage->cluster().now());
  Pilot pilot(*stage, nullptr, &fleet);
  pilot.run_for(1min);
  EXPECT_THAT(stack_object(*stage)["status"].dump(), HasSubstr(signature_id));
  EXPECT_EQ(fleet.aground(), 2);
  EXPECT_FALSE(fleet.hold("elsewhere/orders", stage->cluster().now()));
}

// A plan in mode Auto that nobody was asked about may be another by the time a place is free.
TEST(UserPlaybook, AfterAWaitForAPlaceItIsLookedAtAgainBeforeAnythingIsDone) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Fleet fleet({.running_max = 1});
  ASSERT_TRUE(fleet.take_place("elsewhere/orders"));
  Pilot pilot(*stage, nullptr, &fleet);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  pilot.run_for(1min);
  EXPECT_THAT(changes(*stage, 0), IsEmpty());
  mend_bootstrap(*stage);
  fleet.give_place("elsewhere/orders");
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 5min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted) << recoveries_of(*stage).front().message;
  EXPECT_THAT(changes(*stage, 0), IsEmpty());
}

// The same where nothing could be read for a while.
TEST(UserPlaybook, AfterReadsThatFailedForLongItIsLookedAtAgainBeforeAnythingIsDone) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  ASSERT_THAT(changes(*stage, 0), IsEmpty()) << "it was not begun yet";
  pilot.fail_playbooks(ErrorKind::transient);
  pilot.run_for(2min);
  mend_bootstrap(*stage);
  pilot.fail_playbooks({});
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 5min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted) << recoveries_of(*stage).front().message;
  EXPECT_THAT(changes(*stage, 0), IsEmpty());
}

TEST(UserPlaybook, WhoseRecoveryCannotBeStoredLeavesWhatWasFoundInTheStatus) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  Pilot pilot(*stage);
  pilot.take_recoveries(false);
  pilot.run_for(2min);
  const Json status = stack_object(*stage)["status"];
  EXPECT_EQ(text_at(status, {"state"}), "Parked") << status.dump(1);
  EXPECT_THAT(status.dump(), HasSubstr(signature_id));
  EXPECT_THAT(status.dump(), HasSubstr("journal: "));
  pilot.take_recoveries(true);
  EXPECT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
}

TEST(UserPlaybook, ThatIsDeletedWhileItsStackNamesItEndsItsRun) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  edit_stack(*stage, {{"modeBySignature", {{signature_id, "Auto"}}}});
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  ASSERT_TRUE(stage->cluster().admin().remove(stored(*stage), "Background").ok());
  const std::size_t before = stage->cluster().audit().size();
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min)) << "it is not left lying";
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  pilot.run_for(1min);
  EXPECT_THAT(stack_object(*stage)["status"].dump(), HasSubstr(std::string("no playbook has a signature '") + signature_id));
}

TEST(UserPlaybook, ThatIsDeletedWhileItsStackNamesItClosesAPlanThatWaits) {
  const auto stage = stage_in("Approve");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  edit_stack(*stage, {{"modeBySignature", {{signature_id, "Approve"}}}});
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  ASSERT_TRUE(stage->cluster().admin().remove(stored(*stage), "Background").ok());
  EXPECT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict == Verdict::aborted; }, 2min));
}

// The playbook goes after the approved run began, before the first effect of another process.
TEST(UserPlaybook, WithoutItNoReplicaGoesOnWithARunThatRestsOnIt) {
  const auto stage = stage_in("Auto");
  ASSERT_TRUE(stage->cluster().admin().create(playbook(*stage)).ok());
  {
    Pilot pilot(*stage);
    ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  }
  ASSERT_TRUE(stage->cluster().admin().remove(stored(*stage), "Background").ok());
  const std::size_t before = stage->cluster().audit().size();
  Pilot other(*stage, nullptr, nullptr, "other");
  ASSERT_TRUE(other.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

}  // namespace
}  // namespace refloat::simulation
