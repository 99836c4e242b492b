#include "report/plan_report.h"

#include <gtest/gtest.h>

#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

PlanView view(std::vector<PlanStep> steps) {
  return {stack({finding("some-cause")}), plan(std::move(steps)), std::nullopt};
}

Write sync_write() {
  KubeWrite write;
  write.group = "argoproj.io";
  write.version = "v1alpha1";
  write.plural = "applications";
  write.object = {"Application", "argocd", "dev-data-migrations-temporal", "uid-1"};
  write.resource_version = "42";
  write.body = {{"operation", {{"sync", {{"prune", false}}}}}};
  write.describe = "starts a sync";
  return write;
}

TEST(PlanReport, TextShowsPhasesInOrderWithEveryWrite) {
  PlanStep migrate = step(Phase::migrate, "migrate-1");
  migrate.writes = {sync_write()};
  const std::string text = render({view({migrate, step(Phase::restart, "restart-1")})}, Format::text, style());
  EXPECT_LT(line_with(text, "migrate-1"),
            line_with(text, "PATCH /apis/argoproj.io/v1alpha1/namespaces/argocd/applications/dev-data-migrations-temporal"));
  EXPECT_LT(line_with(text, "\"prune\""), line_with(text, "restart-1"));
  EXPECT_EQ(lines(text).back().substr(0, 16), "2 steps, 1 write");
}

TEST(PlanReport, SqlShowsWhatChangesAndCountsTheReads) {
  SqlWrite sql;
  sql.database = "default";
  sql.statements = {"BEGIN", "SELECT one", "SELECT two", "DELETE FROM x", "COMMIT"};
  PlanStep repair = step(Phase::repair, "repair-1");
  repair.writes = {Write{sql}};
  const std::string text = render({view({repair})}, Format::text, style());
  EXPECT_EQ(text.find("SELECT one"), std::string::npos);
  EXPECT_LT(line_with(text, "BEGIN"), line_with(text, "2 reads"));
  EXPECT_LT(line_with(text, "2 reads"), line_with(text, "COMMIT"));
  EXPECT_NE(plan_json(view({repair})).dump().find("SELECT two"), std::string::npos);
}

TEST(PlanReport, EveryDenialIsShownWithItsReason) {
  const std::string text = render({view({step(Phase::migrate, "migrate-1", false)})}, Format::text, style());
  EXPECT_NE(text.find("denied"), std::string::npos);
  EXPECT_EQ(lines(text).back().substr(0, 44), "refused: mode: mode Observe allows no effect");
}

TEST(PlanReport, TheSameDenialOfSeveralStepsIsSaidOnceInTheVerdict) {
  EXPECT_EQ(denials(plan({step(Phase::migrate, "migrate-1", false), step(Phase::restart, "restart-1", false)})).size(), 1U);
}

TEST(PlanReport, NothingFoundIsNothingToDo) {
  PlanView clean{stack(), plan({}), std::nullopt};
  EXPECT_EQ(verdict_line(clean), "nothing to do");
  clean.diagnosis.unexamined = {{"database default", "unreachable", ErrorKind::transient}};
  EXPECT_NE(verdict_line(clean), "nothing to do");
}

TEST(PlanReport, WhatIsOnlyPendingIsNotNothingToDo) {
  PlanView young{stack(), plan({}), std::nullopt};
  young.diagnosis.pending = {{"young", {"Application", "argocd", "x", ""}, "runs for 2m of 15m", at("2025-12-03T11:31:00Z")}};
  EXPECT_EQ(verdict_line(young), "nothing proven yet: 1 pending, look again at 11:31:00");
  young.diagnosis.unexamined = {{"database default", "unreachable", ErrorKind::transient}};
  EXPECT_EQ(verdict_line(young), "nothing proven yet: 1 pending, look again at 11:31:00; not everything could be examined");
}

TEST(PlanReport, JsonNamesPhasesStepsAndGuardrails) {
  PlanStep migrate = step(Phase::migrate, "migrate-1", false);
  migrate.writes = {sync_write()};
  const Json json = plan_json(view({migrate}));
  EXPECT_EQ(json["kind"], "Plan");
  EXPECT_EQ(json["stack"], "temporal-dev");
  ASSERT_EQ(json["phases"].size(), 1U);
  EXPECT_EQ(json["phases"][0]["name"], "migrate");
  const Json& step = json["phases"][0]["steps"][0];
  EXPECT_EQ(step["id"], "migrate-1");
  EXPECT_EQ(step["writes"].size(), 1U);
  EXPECT_EQ(step["guardrails"][0]["name"], "mode");
  EXPECT_FALSE(json.contains("preflight"));
}

TEST(PlanReport, SeveralStacksAreAList) {
  const PlanView one = view({step(Phase::migrate, "migrate-1")});
  EXPECT_EQ(Json::parse(render({one}, Format::json, style()))["kind"], "Plan");
  EXPECT_EQ(Json::parse(render({one, one}, Format::json, style()))["items"].size(), 2U);
}

TEST(PlanReport, ARejectedRehearsalIsShownEverywhere) {
  PlanView rehearsed = view({step(Phase::migrate, "migrate-1")});
  rehearsed.rehearsal = {{"migrate-1", "PATCH /x", false, "forbidden"}};
  EXPECT_NE(render({rehearsed}, Format::text, style()).find("forbidden"), std::string::npos);
  EXPECT_NE(verdict_line(rehearsed).find("not all accepted"), std::string::npos);
  EXPECT_EQ(plan_json(rehearsed)["preflight"][0]["accepted"], false);
}

TEST(SavedPlan, TheSamePlanHasNoDifference) {
  const PlanView fresh = view({step(Phase::migrate, "migrate-1"), step(Phase::restart, "restart-1")});
  EXPECT_TRUE(plan_differences(plan_json(fresh), fresh.plan).empty());
}

TEST(SavedPlan, AnotherResourceVersionIsNotADifferenceOfSteps) {
  PlanStep migrate = step(Phase::migrate, "migrate-1");
  KubeWrite write = std::get<KubeWrite>(sync_write());
  migrate.writes = {write};
  const Json saved = plan_json(view({migrate}));
  write.resource_version = "43";
  migrate.writes = {write};
  EXPECT_TRUE(plan_differences(saved, plan({migrate})).empty());
}

TEST(SavedPlan, EveryChangeIsRefusedAndNamed) {
  const PlanStep migrate = step(Phase::migrate, "migrate-1");
  const Json saved = plan_json(view({migrate}));
  EXPECT_FALSE(plan_differences(saved, plan({})).empty());
  EXPECT_FALSE(plan_differences(saved, plan({migrate, step(Phase::restart, "restart-1")})).empty());
  PlanStep other_target = migrate;
  other_target.application = "another";
  EXPECT_FALSE(plan_differences(saved, plan({other_target})).empty());
  Plan other_digest = plan({migrate});
  other_digest.digest = "different";
  EXPECT_FALSE(plan_differences(saved, other_digest).empty());
  Plan other_stack = plan({migrate});
  other_stack.stack = "another";
  EXPECT_FALSE(plan_differences(saved, other_stack).empty());
}

TEST(SavedPlan, AnEditedFileIsRefusedThoughItsDigestIsRight) {
  Json saved = plan_json(view({step(Phase::migrate, "migrate-1")}));
  saved["phases"][0]["steps"][0]["describe"] = "does something else";
  EXPECT_FALSE(plan_differences(saved, plan({step(Phase::migrate, "migrate-1")})).empty());
}

TEST(SavedPlan, AnythingElseIsNoPlan) {
  for (const Json& junk :
       {Json::array(), Json("text"), Json::object(), Json{{"kind", "Plan"}, {"phases", "x"}}, Json{{"kind", "Diagnosis"}}}) {
    EXPECT_FALSE(plan_differences(junk, plan({step(Phase::migrate, "migrate-1")})).empty());
  }
}

}  // namespace
}  // namespace refloat
