// The controller's turns on the simulated cluster: what each mode does with an incident, and what it does not. Where what matters is said
// by the databases themselves they are on a real PostgreSQL, else on the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "cli/demo/incidents.h"
#include "reconcile/turn_record.h"
#include "report/metrics.h"
#include "simulation/breaks.h"
#include "simulation/pilot.h"

namespace refloat::simulation {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::IsEmpty;
using testing::Not;

TEST(Controller, AutoRecoversWithoutAHandAndTellsTheStory) {
  const auto stage = broken_stage("Auto", Databases::real);
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
  pilot.run_for(20s);
  const auto recoveries = recoveries_of(*stage);
  ASSERT_EQ(recoveries.size(), 1U);
  EXPECT_EQ(recoveries.front().verdict, Verdict::recovered) << recoveries.front().message;
  EXPECT_EQ(text_at(stack_object(*stage), {"status", "state"}), "Afloat");
  for (const char* reason : {"FindingDetected", "RecoveryStarted", "StepDone", "Recovered"}) {
    EXPECT_THAT(event_reasons(*stage), Contains(reason));
  }
}

TEST(Controller, ObserveChangesNothingAndRecordsWhatItWouldHaveDone) {
  const auto stage = broken_stage("Observe", Databases::real);
  const std::size_t before = stage->cluster().audit().size();
  const std::string databases = databases_as_text(*stage);
  Pilot pilot(*stage);
  pilot.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(databases_as_text(*stage), databases);
  EXPECT_THAT(recoveries_of(*stage), IsEmpty());
  const Json status = stack_object(*stage)["status"];
  EXPECT_EQ(text_at(status, {"state"}), "Aground");
  EXPECT_NE(status.dump().find("shadow"), std::string::npos) << status.dump(1);
  EXPECT_THAT(event_reasons(*stage), Contains("WouldRecover"));
}

TEST(Controller, ApproveWaitsForThePersonAndThenRecovers) {
  const auto stage = broken_stage("Approve");
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage);
  pilot.run_for(90s);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  auto open = recoveries_of(*stage);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(phase_of(open.front()), "AwaitingApproval");
  decide(*stage, open.front(), "approve");
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min)) << recoveries_of(*stage).front().message;
  pilot.run_for(20s);
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::recovered);
}

TEST(Controller, ARejectedPlanIsNotCarriedOut) {
  const auto stage = broken_stage("Approve");
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage);
  pilot.run_for(60s);
  auto open = recoveries_of(*stage);
  ASSERT_EQ(open.size(), 1U);
  decide(*stage, open.front(), "reject");
  pilot.run_for(60s);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  ASSERT_EQ(recoveries_of(*stage).size(), 1U) << "a no is not asked about again";
  EXPECT_EQ(phase_of(recoveries_of(*stage).front()), "Rejected");
  EXPECT_EQ(text_at(stack_object(*stage), {"status", "state"}), "Parked");
}

// In Auto too: what a person ended does not begin again by itself, until they ask for it.
TEST(Controller, WhatAPersonAbortedStaysSoUntilTheyAskAgain) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  decide(*stage, recoveries_of(*stage).front(), "abort");
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict == Verdict::aborted; }, 1min));
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(5min);
  EXPECT_EQ(recoveries_of(*stage).size(), 1U);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  decide(*stage, recoveries_of(*stage).front(), "retry");
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
}

TEST(Controller, APauseRequestStopsItAtTheNextStep) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  edit_stack(*stage, {{"pauseRequests", Json::array({"a-person: looking into it"})}});
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

// Storm: the cause of so many is not theirs.
// A replica that was started without the cluster's Secret: what it cannot see looks like what is gone, or is well.
TEST(Controller, ARunWhoseObjectsAreOutOfSightTakesNoStepForDone) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  const auto over = [&] {
    const auto all = recoveries_of(*stage);
    if (all.empty()) return 0L;
    return static_cast<long>(std::count_if(all[0].steps.begin(), all[0].steps.end(), [](const StepRun& run) {
      return run.state == StepState::done || run.state == StepState::skipped;
    }));
  };
  ASSERT_TRUE(pilot.run([&] { return over() > 0; }, 2min));
  const long before = over();
  pilot.see_what_is_deployed(false);
  pilot.run_for(5s);
  EXPECT_EQ(over(), before);
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::running) << recoveries_of(*stage).front().message;
  pilot.see_what_is_deployed(true);
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
}

TEST(Controller, AStormStopsAndAsks) {
  const auto stage = broken_stage("Auto");
  Fleet fleet;
  for (int other = 0; other < 20; ++other) fleet.set_aground("argocd/other-" + std::to_string(other), true, stage->cluster().now());
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage, nullptr, &fleet);
  pilot.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  const auto open = recoveries_of(*stage);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(phase_of(open.front()), "AwaitingApproval");
}

// The plan was made for the databases the Stack named then.
TEST(Controller, AStackThatNamesOtherDatabasesMeanwhileEndsTheRun) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  Json databases = stack_object(*stage)["spec"]["databases"];
  databases[0]["connection"]["host"] = "elsewhere.example";
  edit_stack(*stage, {{"databases", databases}});
  const std::size_t before = stage->cluster().audit().size();
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

// Began in Auto, stopped by a person who set the Stack to Observe: it holds nobody up, and is too old when Auto comes back.
TEST(Controller, AModeThatForbidsToGoOnGivesPlaceAndLeaseBack) {
  const auto stage = broken_stage("Auto");
  Fleet fleet(FleetLimits{.running_max = 1});
  Pilot pilot(*stage, nullptr, &fleet);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  edit_stack(*stage, {{"mode", "Observe"}});
  pilot.run_for(10s);
  EXPECT_TRUE(fleet.take_place("argocd/another"));
  fleet.give_place("argocd/another");
  const std::size_t before = stage->cluster().audit().size();
  stage->cluster().advance(2h);
  edit_stack(*stage, {{"mode", "Auto"}});
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 2min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

// Whoever may create a Recovery may write any plan into it: what is carried out is what is right, not what is written there.
TEST(Controller, ARecoveryThatNobodyPlannedIsNotCarriedOut) {
  const auto stage = broken_stage("Approve");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  const Json genuine =
      stage->cluster().admin().find("refloat.dev", "recoveries", stage->names().argo_ns, recoveries_of(*stage).front().name);
  decide(*stage, recoveries_of(*stage).front(), "reject");
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict == Verdict::aborted; }, 1min));
  edit_stack(*stage, {{"mode", "Auto"}});
  Json forged{{"apiVersion", "refloat.dev/v1alpha1"}, {"kind", "Recovery"}, {"spec", genuine["spec"]}};
  forged["metadata"] = {{"name", "forged-1"}, {"namespace", stage->names().argo_ns}};
  forged["spec"].erase("approval");
  forged["spec"].erase("needsApproval");
  Json& phases = forged["spec"]["plan"]["phases"];
  phases.erase(phases.begin());  // whatever unblocks or repairs is left out
  stage->cluster().admin().create(forged);
  const std::size_t before = stage->cluster().audit().size();
  Pilot another(*stage, nullptr, nullptr, "another");
  another.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  for (const Recovery& recovery : recoveries_of(*stage)) EXPECT_EQ(recovery.verdict, Verdict::aborted) << recovery.name;
}

// What was allowed when it was asked about must be so when it begins, or it could not be finished.
TEST(Controller, AnApprovedRecoveryThatCanNoLongerBeFinishedIsNotBegun) {
  const auto stage = broken_stage("Approve");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  edit_stack(*stage, {{"allow", Json::array()}});
  const std::size_t before = stage->cluster().audit().size();
  decide(*stage, recoveries_of(*stage).front(), "approve");
  pilot.run_for(2min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(phase_of(recoveries_of(*stage).front()), "Approved");
  EXPECT_THAT(event_reasons(*stage), Contains("Parked"));
  edit_stack(*stage, {{"allow", {"deleteRows"}}});
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
}

TEST(Controller, ModeObserveStopsAnApprovedRunToo) {
  const auto stage = broken_stage("Approve");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  const std::size_t asked = stage->cluster().audit().size();
  decide(*stage, recoveries_of(*stage).front(), "approve");
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, asked).empty(); }, 2min));
  edit_stack(*stage, {{"mode", "Observe"}});
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(1min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

TEST(Controller, AStackThatIsBeingDeletedIsNotTouched) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  ASSERT_TRUE(stage->cluster().admin().patch(stack_object(*stage), {{"metadata", {{"finalizers", {"example.com/wait"}}}}}).ok());
  stage->cluster().admin().remove(stack_object(*stage), "Background");
  ASSERT_TRUE(stack_object(*stage)["metadata"].contains("deletionTimestamp"));
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(1min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::aborted);
}

// --- a Stack that the API server takes and we cannot read ------------------------------------------------------------------------------

std::string ready_of(DemoStage& stage) {
  const Json object = stack_object(stage);
  for (const Json& each : at_path(object, {"status", "conditions"})) {
    if (text_at(each, {"type"}) == "Ready") return text_at(each, {"status"}) + " " + text_at(each, {"reason"});
  }
  return "absent";
}

std::vector<std::string> condition_types(DemoStage& stage) {
  std::vector<std::string> types;
  const Json object = stack_object(stage);
  for (const Json& each : at_path(object, {"status", "conditions"})) types.push_back(text_at(each, {"type"}));
  return types;
}

TEST(InvalidStack, IsToldOnceLeftAloneAndRecoversWhenCorrected) {
  const auto stage = broken_stage("Auto");
  edit_stack(*stage, {{"modeBySignature", {{"hook-stck-terminating", "Auto"}}}});
  const std::size_t before = stage->cluster().audit().size();
  for (const char* life : {"one", "two"}) {  // and not again after a restart
    SCOPED_TRACE(life);
    Pilot pilot(*stage, nullptr, nullptr, life);
    pilot.run_for(12min);
  }
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_THAT(recoveries_of(*stage), IsEmpty());
  const Json object = stack_object(*stage);
  EXPECT_EQ(ready_of(*stage), "False InvalidSpec");
  EXPECT_THAT(condition_types(*stage), Contains("Stalled"));
  EXPECT_EQ(at_path(object, {"status", "observedGeneration"}), at_path(object, {"metadata", "generation"}));
  const std::string conditions = at_path(object, {"status", "conditions"}).dump();
  EXPECT_NE(conditions.find("spec.modeBySignature"), std::string::npos) << conditions;
  EXPECT_NE(conditions.find("did you mean 'hook-stuck-terminating'?"), std::string::npos) << conditions;
  int events = 0;
  for (const Json& event : stage->cluster().admin().all("", "events")) {
    if (text_at(event, {"reason"}) == "InvalidSpec") events += static_cast<int>(int_at(event, {"count"}, 1));
  }
  EXPECT_EQ(events, 1);
  edit_stack(*stage, {{"modeBySignature", nullptr}});
  Pilot pilot(*stage);
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
  pilot.run_for(20s);
  EXPECT_EQ(ready_of(*stage), "True Afloat");
  EXPECT_THAT(condition_types(*stage), Not(Contains("Stalled")));
}

TEST(InvalidStack, StopsARunAndGivesItsPlaceBack) {
  const auto stage = broken_stage("Auto");
  Fleet fleet(FleetLimits{.running_max = 1});
  Pilot pilot(*stage, nullptr, &fleet);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  Json databases = stack_object(*stage)["spec"]["databases"];
  const Json right = databases;
  databases[0]["connection"]["host"] = "not a host/x";
  edit_stack(*stage, {{"databases", databases}});
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(1min);
  EXPECT_THAT(changes(*stage, before), IsEmpty());
  EXPECT_EQ(ready_of(*stage), "False InvalidSpec");
  EXPECT_THAT(condition_types(*stage), Not(Contains("Reconciling"))) << "nobody is at it";
  EXPECT_TRUE(fleet.take_place("argocd/another"));
  fleet.give_place("argocd/another");
  edit_stack(*stage, {{"databases", right}});
  EXPECT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
}

// What the name stood for may have gone by itself: whoever has a Playbook deletes it.
TEST(InvalidStack, OfASignatureThatNoPlaybookHasFinishesWhatWasBegunAndBeginsNothingElse) {
  const auto stage = broken_stage("Auto");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !changes(*stage, 0).empty(); }, 2min));
  edit_stack(*stage, {{"modeBySignature", {{"gone-for-good", "Observe"}}}});
  ASSERT_TRUE(pilot.run([&] { return recoveries_of(*stage).front().verdict != Verdict::running; }, 10min));
  EXPECT_EQ(recoveries_of(*stage).front().verdict, Verdict::recovered) << recoveries_of(*stage).front().message;
  pilot.run_for(1min);
  EXPECT_EQ(ready_of(*stage), "False InvalidSpec");
  EXPECT_EQ(recoveries_of(*stage).size(), 1U);
}

// --- what is logged and counted -----------------------------------------------------------------------------------------------------

TEST(ControllerRecord, EveryLineOfARecoveryCarriesItsUidAndItsEndIsCounted) {
  const auto stage = broken_stage("Auto");
  Metrics metrics;
  std::vector<std::pair<std::string, Json>> lines;
  const World world = stage->world();
  TurnRecord record(metrics, *world.clock, [&](const std::string& event, const Json& fields) { lines.emplace_back(event, fields); });
  Pilot pilot(*stage);
  pilot.report_to([&](const TurnReport& report) { record.add(report); });
  ASSERT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
  const std::string uid = recoveries_of(*stage).front().uid;
  ASSERT_FALSE(uid.empty());
  std::set<std::string> events;
  for (const auto& [event, fields] : lines) {
    events.insert(event);
    if (event == "finding") continue;  // before there is one
    EXPECT_EQ(fields.value("run", ""), uid) << event << " " << fields.dump();
  }
  for (const char* event : {"finding", "recovery planned", "recovery started", "step", "recovery finished"})
    EXPECT_TRUE(events.contains(event)) << event;
  const std::string text = metrics.render();
  for (const char* line : {"refloat_recoveries_total{verdict=\"Recovered\"} 1\n", "refloat_time_to_recover_seconds_count 1\n",
                           "refloat_findings_total{signature=\"hook-stuck-terminating\"} 1\n", "refloat_time_to_detect_seconds_count"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(ControllerRecord, AGuardrailInTheWayIsCounted) {
  const auto stage = broken_stage("Auto");
  edit_stack(*stage, {{"allow", Json::array()}});
  Metrics metrics;
  const World world = stage->world();
  TurnRecord record(metrics, *world.clock, [](const std::string&, const Json&) {});
  Pilot pilot(*stage);
  pilot.report_to([&](const TurnReport& report) { record.add(report); });
  pilot.run_for(30s);
  EXPECT_NE(metrics.render().find("refloat_guardrail_denials_total{guardrail=\"permission\"}"), std::string::npos) << metrics.render();
}

// A hook pod that hangs for ever is a migrator at work at every look: nothing is planned beside it, and somebody must hear of it.
TEST(Controller, WhatDoesNotSettleIsToldToAPerson) {
  const auto stage = healthy_stage("argocd", Databases::model);
  edit_stack(*stage, {{"mode", "Auto"}});
  ASSERT_TRUE(find_incident("schema-missing")->strike(*stage));
  stage->hang_migrations();
  stage->stack().start_sync(stage->stack().migrations());
  stage->cluster().advance(20s);
  stage->stack().null_operation(stage->stack().migrations());
  const std::size_t before = stage->cluster().audit().size();
  Pilot pilot(*stage);
  pilot.run_for(5min);
  EXPECT_EQ(text_at(stack_object(*stage), {"status", "state"}), "Aground") << "it may end yet";
  pilot.run_for(10min);
  const Json status = stack_object(*stage)["status"];
  EXPECT_EQ(text_at(status, {"state"}), "Parked");
  EXPECT_THAT(at_path(status, {"conditions"}).dump(), testing::HasSubstr("unsettled: schema-version-missing of"));
  EXPECT_THAT(at_path(status, {"unexamined"}).dump(), testing::HasSubstr("a migrator is at work: job "));
  EXPECT_THAT(event_reasons(*stage), Contains("Parked"));
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

// The same once a plan was asked for and approved: it is not begun beside the pod, and that is said.
TEST(Controller, WhatDoesNotSettleIsToldWhileARecoveryIsOpen) {
  const auto stage = broken_stage("Approve");
  Pilot pilot(*stage);
  ASSERT_TRUE(pilot.run([&] { return !recoveries_of(*stage).empty(); }, 2min));
  stage->hang_migrations();
  stage->stack().start_sync(stage->stack().migrations());
  stage->cluster().advance(20s);
  stage->stack().null_operation(stage->stack().migrations());
  decide(*stage, recoveries_of(*stage).front(), "approve");
  const std::size_t before = stage->cluster().audit().size();
  pilot.run_for(15min);
  EXPECT_EQ(phase_of(recoveries_of(*stage).front()), "Approved");
  EXPECT_THAT(at_path(stack_object(*stage), {"status", "unexamined"}).dump(), testing::HasSubstr("a migrator is at work: job "));
  EXPECT_THAT(event_reasons(*stage), Contains("Parked"));
  EXPECT_THAT(changes(*stage, before), IsEmpty());
}

// Every boundary of every effect: the process dies, another finishes, nothing destructive happens twice.
TEST(Controller, AnotherReplicaFinishesWhatADeadOneBegan) {
  std::size_t effects = 0;
  {
    const auto stage = broken_stage("Auto");
    Fate fate;
    Pilot pilot(*stage, &fate);
    ASSERT_TRUE(pilot.run([&] { return afloat(*stage); }, 10min));
    effects = fate.sent;
  }
  ASSERT_GT(effects, 0U);
  for (std::size_t index = 0; index < effects; ++index) {
    for (const Boundary boundary : all_boundaries) {
      SCOPED_TRACE(std::string(to_string(boundary)) + " of effect " + std::to_string(index));
      const auto stage = broken_stage("Auto");
      Fate first;
      first.effect = index;
      first.boundary = boundary;
      bool died = false;
      try {
        Pilot pilot(*stage, &first);
        (void)pilot.run([] { return false; }, 10min);
      } catch (const Died&) {
        died = true;
      }
      EXPECT_TRUE(died);
      Fate second;
      Pilot other(*stage, &second, nullptr, "other");
      EXPECT_TRUE(other.run([&] { return afloat(*stage); }, 10min));
      std::multiset<std::string> destructive;
      for (const auto* done : {&first.effects, &second.effects}) {
        for (const std::string& effect : *done) {
          if (effect.starts_with("repair ") || effect.starts_with("delete ")) destructive.insert(effect);
        }
      }
      for (const std::string& effect : destructive) EXPECT_EQ(destructive.count(effect), 1U) << effect;
    }
  }
}

}  // namespace
}  // namespace refloat::simulation
