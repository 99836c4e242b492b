#include "report/diagnosis_report.h"

#include <gtest/gtest.h>

#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

std::string last_line(const std::string& text) {
  return lines(text).back();
}

TEST(DiagnosisReport, TextShowsCauseThenEvidenceThenWhatToDoThenDurableFix) {
  const std::string text = render(diagnosis(stack({finding("some-cause")}, {effect("an-effect", "some-cause/db")})), Format::text, style());
  const auto cause = line_with(text, "some-cause");
  EXPECT_LT(cause, line_with(text, "temporal.schema_version"));
  EXPECT_LT(line_with(text, "temporal.schema_version"), line_with(text, "refloat recover temporal-dev -n argocd"));
  EXPECT_LT(line_with(text, "refloat recover temporal-dev"), line_with(text, "charts/job.yaml"));
  EXPECT_LT(line_with(text, "charts/job.yaml"), lines(text).size());
}

TEST(DiagnosisReport, EffectsAreCountedUnderTheirCauseAndNotTreated) {
  const std::string text =
      render(diagnosis(stack({finding("some-cause")}, {effect("an-effect", "some-cause/db"), effect("an-effect", "some-cause/db")})),
             Format::text, style());
  EXPECT_NE(text.find("an-effect (2)"), std::string::npos);
  EXPECT_EQ(text.find("summary of an-effect"), std::string::npos);
}

TEST(DiagnosisReport, AnEffectOfAnEffectBelongsToTheRootCause) {
  const Finding cause = finding("some-cause");
  const std::vector<Finding> suppressed = {effect("second", "first/db"), effect("first", "some-cause/db")};
  EXPECT_EQ(effects_of(cause, suppressed).size(), 2U);
}

TEST(DiagnosisReport, EffectsThatCauseEachOtherDoNotLoop) {
  const std::vector<Finding> suppressed = {effect("first", "second/db"), effect("second", "first/db")};
  EXPECT_TRUE(effects_of(finding("other"), suppressed).empty());
  EXPECT_EQ(effects_of(finding("first"), suppressed).size(), 2U);
}

TEST(DiagnosisReport, AnEffectWithoutAListedCauseIsStillShown) {
  const std::string text = render(diagnosis(stack({}, {effect("lonely", "gone/db")})), Format::text, style());
  EXPECT_NE(text.find("summary of lonely"), std::string::npos);
  EXPECT_NE(render(diagnosis(stack({}, {effect("lonely", "gone/db")})), Format::brief, style()).find("summary of lonely"),
            std::string::npos);
}

TEST(DiagnosisReport, ShowsSinceAsClockAndAge) {
  const std::string text = render(diagnosis(stack({finding("some-cause")})), Format::text, style());
  EXPECT_NE(text.find("10:31:54 (47m"), std::string::npos) << text;
}

TEST(DiagnosisReport, VerdictIsTheLastLineOfTextAndShort) {
  for (const Format format : {Format::text, Format::brief}) {
    const Diagnosis clean = diagnosis(stack());
    EXPECT_EQ(last_line(render(clean, format, style())), "nothing found: 3 Applications, 2 databases examined");
    const Diagnosis broken = diagnosis(stack({finding("a"), finding("b", Severity::warning)}, {effect("c", "a/db")}));
    EXPECT_EQ(last_line(render(broken, format, style())), "found: 1 critical, 1 warning, 1 effect");
  }
}

TEST(DiagnosisReport, WhatWasNotExaminedIsNeverClean) {
  StackDiagnosis stack = samples::stack();
  stack.unexamined = {{"database visibility", "not reachable from here", ErrorKind::transient}};
  for (const Format format : {Format::text, Format::brief}) {
    const std::string text = render(diagnosis(stack), format, style());
    EXPECT_NE(text.find("? "), std::string::npos);
    EXPECT_NE(text.find("not reachable from here"), std::string::npos);
    EXPECT_NE(last_line(text).find("incomplete"), std::string::npos);
  }
}

TEST(DiagnosisReport, PendingIsShownWithTheTimeToLookAgain) {
  StackDiagnosis stack = samples::stack();
  stack.pending = {{"young", {"Application", "argocd", "x", ""}, "runs for 2m of 15m", at("2025-12-03T11:31:00Z")}};
  EXPECT_NE(render(diagnosis(stack), Format::text, style()).find("11:31:00"), std::string::npos);
}

TEST(DiagnosisReport, WhatIsOnlyPendingIsNotCalledNothingFound) {
  StackDiagnosis stack = samples::stack();
  const ObjectRef subject{"Application", "argocd", "x", ""};
  stack.pending = {{"young", subject, "runs for 2m of 15m", at("2025-12-03T11:31:00Z")},
                   {"younger", subject, "for 1m of 15m", at("2025-12-03T11:32:00Z")}};
  for (const Format format : {Format::text, Format::brief}) {
    EXPECT_EQ(last_line(render(diagnosis(stack), format, style())), "nothing proven yet: 2 pending, look again at 11:31:00");
  }
  stack.unexamined = {{"database visibility", "not reachable from here", ErrorKind::transient}};
  EXPECT_EQ(verdict_line(diagnosis(stack)), "nothing proven yet: 2 pending, look again at 11:31:00; incomplete: 1 not examined");
  stack.findings = {finding("some-cause")};
  EXPECT_EQ(verdict_line(diagnosis(stack)), "found: 1 critical; 2 pending, look again at 11:31:00; incomplete: 1 not examined");
}

TEST(DiagnosisReport, TextOfTheClusterCannotDriveTheTerminal) {
  Finding finding = samples::finding("some-cause");
  finding.evidence[0].observed = "log \033[2J\nFAKE: nothing found";
  finding.summary = "bad\033]0;title\007";
  finding.subject.name = "x\033[31m";
  for (const Format format : {Format::text, Format::brief, Format::json}) {
    const std::string text = render(diagnosis(stack({finding})), format, style());
    EXPECT_EQ(text.find('\033'), std::string::npos);
    EXPECT_EQ(text.find("\nFAKE"), std::string::npos);
  }
}

TEST(DiagnosisReport, ColoursOnlyWhenAsked) {
  TextStyle colourful = style();
  colourful.colour = true;
  const Diagnosis broken = diagnosis(stack({finding("some-cause")}));
  EXPECT_NE(render(broken, Format::text, colourful).find("\033["), std::string::npos);
  EXPECT_EQ(render(broken, Format::text, style()).find("\033["), std::string::npos);
  EXPECT_EQ(render(broken, Format::json, colourful).find("\033["), std::string::npos);
}

TEST(DiagnosisReport, CommandsAreThoseOfTheProgramAsItWasCalled) {
  TextStyle plugin = style();
  plugin.program = "kubectl refloat";
  EXPECT_NE(render(diagnosis(stack({finding("some-cause")})), Format::text, plugin).find("kubectl refloat recover"), std::string::npos);
}

TEST(DiagnosisReport, WhatIsNeverRepairedIsNotOfferedForRecovery) {
  Finding finding = samples::finding("some-cause");
  finding.recoverable = Recoverable::no;
  EXPECT_EQ(render(diagnosis(stack({finding})), Format::text, style()).find("refloat recover"), std::string::npos);
}

TEST(DiagnosisReport, JsonHasTheDocumentedShape) {
  const Json json = diagnosis_json(diagnosis(stack({finding("some-cause")}, {effect("an-effect", "some-cause/db")})));
  EXPECT_EQ(json["apiVersion"], "refloat.dev/v1alpha1");
  EXPECT_EQ(json["kind"], "Diagnosis");
  EXPECT_EQ(json["generatedAt"], "2025-12-03T11:18:54Z");
  const Json& stack = json["stacks"][0];
  const Json& found = stack["findings"][0];
  EXPECT_EQ(stack["name"], "temporal-dev");
  EXPECT_EQ(found["id"], "some-cause/db");
  EXPECT_EQ(found["severity"], "critical");
  EXPECT_EQ(found["subject"], (Json{{"kind", "Database"}, {"namespace", "argocd"}, {"name", "default"}}));
  EXPECT_EQ(found["since"], "2025-12-03T10:31:54Z");
  EXPECT_EQ(found["evidence"][0]["source"], "temporal.schema_version");
  EXPECT_EQ(found["recoverable"], "auto");
  EXPECT_EQ(found["durableFix"], "charts/job.yaml: call setup-schema only once");
  EXPECT_FALSE(found.contains("causedBy"));
  EXPECT_EQ(stack["suppressed"][0]["causedBy"], "some-cause/db");
  EXPECT_TRUE(stack["unexamined"].empty());
  EXPECT_TRUE(json["applications"].empty());
}

TEST(DiagnosisReport, JsonGroupsApplicationsOutsideStacksByName) {
  Diagnosis diagnosis = samples::diagnosis(stack());
  for (const char* name : {"one", "two"}) {
    Finding finding = samples::finding("stuck");
    finding.subject = {"Application", "argocd", name, ""};
    diagnosis.applications.findings.push_back(finding);
  }
  const Json applications = diagnosis_json(diagnosis)["applications"];
  ASSERT_EQ(applications.size(), 2U);
  EXPECT_EQ(applications[0]["name"], "one");
  EXPECT_EQ(applications[1]["findings"][0]["subject"]["name"], "two");
}

TEST(DiagnosisReport, JsonSaysHowMuchWasExaminedWhereverItStands) {
  Diagnosis diagnosis = samples::diagnosis(stack());
  diagnosis.applications.applications_examined = 4;
  EXPECT_EQ(diagnosis_json(diagnosis)["examined"], (Json{{"applications", 7}, {"databases", 2}}));
  EXPECT_EQ(diagnosis_json(diagnosis)["stacks"][0]["examined"], (Json{{"applications", 3}, {"databases", 2}}));
  diagnosis.applications.findings = {finding("stuck")};
  EXPECT_FALSE(diagnosis_json(diagnosis)["applications"][0].contains("examined"));
}

TEST(DiagnosisReport, UnknownSinceIsNull) {
  Finding finding = samples::finding("some-cause");
  finding.since.reset();
  EXPECT_TRUE(finding_json(finding)["since"].is_null());
}

}  // namespace
}  // namespace refloat
