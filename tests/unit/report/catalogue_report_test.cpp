#include "report/catalogue_report.h"

#include <gtest/gtest.h>

#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

Vocabulary vocabulary() {
  Vocabulary vocabulary;
  vocabulary.facts = {{"job", "state of a Job", {}, {}, {}}};
  vocabulary.actions = {{"removeRow", "removes the row", {Phase::repair}, {}, Permission::delete_rows, true},
                        {"sync", "syncs", {Phase::migrate}, {}, std::nullopt, false}};
  return vocabulary;
}

Condition fact(const std::string& name, const Json& params) {
  Condition condition;
  condition.op = Condition::Op::fact;
  condition.fact = name;
  condition.params = params;
  return condition;
}

Playbook playbook() {
  Playbook playbook;
  playbook.name = "fix-it";
  playbook.summary = "Something broke.";
  playbook.explanation = "The row was never used.";
  playbook.signature.id = "broke";
  playbook.signature.affected = "1.0 to 2.0";
  playbook.signature.durable_fix = "change the chart";
  playbook.signature.explains = {"other"};
  playbook.signature.recoverable = Recoverable::automatic;
  Condition negated;
  negated.op = Condition::Op::negate;
  negated.children = {fact("job", {{"state", "Complete"}})};
  playbook.signature.confirm.children = {fact("job", {{"state", "Failed"}}), negated};
  StepSpec repair;
  repair.phase = Phase::repair;
  repair.action = "removeRow";
  repair.within = std::chrono::minutes(1);
  StepSpec again = repair;
  StepSpec migrate;
  migrate.phase = Phase::migrate;
  migrate.action = "sync";
  migrate.role = "migrations";
  playbook.steps = {repair, again, migrate};
  return playbook;
}

TEST(Catalogue, PermissionsAreThoseOfTheActionsEachOnce) {
  EXPECT_EQ(permissions_of(playbook(), vocabulary()), std::vector<std::string>{"deleteRows"});
}

TEST(Catalogue, ASignaturesRowTellsItsMeaningAndTheLineBelowWhatItNeeds) {
  const std::string text = render_signatures({playbook()}, vocabulary(), Format::text, style());
  EXPECT_EQ(lines(text)[0], "SIGNATURE  SEVERITY  RECOVERY  MEANING");
  EXPECT_EQ(lines(text)[1], "broke      critical  auto      Something broke.");
  EXPECT_EQ(lines(text)[2], "                               needs a Stack; allow: deleteRows | affects 1.0 to 2.0 | playbook fix-it");
}

TEST(Catalogue, ALongMeaningIsWrappedInItsColumn) {
  Playbook long_winded = playbook();
  for (int i = 0; i < 40; ++i) long_winded.summary += " and more";
  const std::string text = render_signatures({long_winded, playbook()}, vocabulary(), Format::text, style());
  for (const std::string& line : lines(text)) EXPECT_LE(columns(line), 31U + 72U) << line;
  EXPECT_GT(line_with(text, "needs a Stack"), 5U);
  EXPECT_EQ(render_signatures({long_winded}, vocabulary(), Format::brief, style()), "broke  critical  auto\n");
}

TEST(Catalogue, AReportOnlySignatureNamesNoPlaybook) {
  Playbook report_only = playbook();
  report_only.steps.clear();
  const Json json = Json::parse(render_signatures({report_only}, vocabulary(), Format::json, style()));
  EXPECT_EQ(json["items"][0]["playbook"], "");
  EXPECT_TRUE(json["items"][0]["needs"]["allow"].empty());
}

TEST(Catalogue, ExplanationTellsProofStepsSafetyAndFix) {
  const std::string text = render_explanation(playbook(), vocabulary(), Format::text, style());
  const auto proof = line_with(text, "job {state: Failed}");
  const auto step = line_with(text, "removes the row");
  const auto safety = line_with(text, "The row was never used.");
  EXPECT_LT(proof, step);
  EXPECT_LT(step, safety);
  EXPECT_LT(safety, line_with(text, "change the chart"));
  EXPECT_LT(line_with(text, "not"), step);
  EXPECT_EQ(Json::parse(render_explanation(playbook(), vocabulary(), Format::json, style()))["id"], "broke");
}

TEST(Catalogue, AConditionIsTheFactsSentenceAndBelowItWhatIsAskedOfIt) {
  Playbook book = playbook();
  book.signature.confirm = fact("job", {{"state", {"failed", "absent"}}, {"version", {{"atMost", "1.0"}}}, {"hook", true}});
  const std::string text = render_explanation(book, vocabulary(), Format::text, style());
  const auto sentence = line_with(text, "  state of a Job");
  EXPECT_EQ(lines(text)[sentence], "  state of a Job");
  EXPECT_EQ(lines(text)[sentence + 1], "    job {hook: true; state: failed, absent; version: atMost 1.0}");
}

TEST(Catalogue, OnlyWhenIsSaidOnceAboveItsTree) {
  Playbook book = playbook();
  Condition either;
  either.op = Condition::Op::any;
  either.children = {fact("job", {{"state", "Failed"}}), fact("unheard-of", {})};
  book.steps[0].when = either;
  const std::string text = render_explanation(book, vocabulary(), Format::text, style());
  const auto only = line_with(text, "only when");
  EXPECT_EQ(lines(text)[only], "      only when");
  EXPECT_EQ(lines(text)[only + 1], "        any of");
  EXPECT_EQ(lines(text)[only + 2], "          state of a Job");
  EXPECT_EQ(lines(text)[only + 3], "            job {state: Failed}");
  EXPECT_EQ(lines(text)[only + 4], "          unheard-of");
  EXPECT_EQ(text.find("only when", text.find("only when") + 1), std::string::npos);
}

TEST(Catalogue, NoLineOfAnExplanationIsTooLong) {
  Vocabulary wordy = vocabulary();
  for (int i = 0; i < 40; ++i) wordy.facts[0].doc += " and more";
  Json states = Json::array();
  for (int i = 0; i < 40; ++i) states.push_back("state" + std::to_string(i));
  Playbook book = playbook();
  book.signature.suspect = fact("job", {{"state", states}});
  for (const std::string& line : lines(render_explanation(book, wordy, Format::text, style()))) EXPECT_LE(columns(line), 124U) << line;
}

TEST(Catalogue, WhatStandsForNamesIsToldAsSuch) {
  Playbook general = playbook();
  general.signature.meaning = "the Job of {subject} failed";
  general.signature.durable_fix = "{source:bootstrap}: let it wait {";
  const std::string text = render_explanation(general, vocabulary(), Format::text, {});
  EXPECT_NE(text.find("the Job of <subject> failed"), std::string::npos) << text;
  EXPECT_NE(text.find("<source of bootstrap>: let it wait {"), std::string::npos) << text;
}

TEST(Catalogue, ProseIsWrappedByParagraphWhereverItsAuthorBrokeLines) {
  Playbook book = playbook();
  book.explanation = "one\ntwo\n\nthree\n";
  const std::string text = render_explanation(book, vocabulary(), Format::text, style());
  EXPECT_EQ(line_with(text, "  three"), line_with(text, "  one two") + 2);
}

}  // namespace
}  // namespace refloat
