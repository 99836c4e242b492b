#include <gtest/gtest.h>

#include "unit/detect/fixture.h"

namespace refloat {
namespace {

using detect_test::now;
using detect_test::World;
using namespace std::chrono_literals;

Condition fact(const std::string& name, const Json& params) {
  Condition out;
  out.op = Condition::Op::fact;
  out.fact = name;
  out.params = params;
  return out;
}

// A playbook whose signature is one fact.
Playbook playbook(const std::string& id, Scope scope, Condition confirm, std::vector<std::string> explains = {}) {
  Playbook out;
  out.name = "book-" + id;
  out.signature.id = id;
  out.signature.meaning = id + " on {subject} of {stack}, {source:migrations}";
  out.signature.scope = scope;
  out.signature.confirm = confirm;
  out.signature.suspect = std::move(confirm);
  out.signature.explains = std::move(explains);
  return out;
}

Playbook out_of_sync(const std::string& id, std::vector<std::string> explains = {}) {
  return playbook(id, Scope::application, fact("application", {{"sync", Json::array({"OutOfSync"})}}), std::move(explains));
}
Playbook behind(const std::string& id, std::vector<std::string> explains = {}) {
  return playbook(id, Scope::database, fact("schema", {{"comparedToTarget", "behind"}}), std::move(explains));
}

StackDiagnosis diagnose(const World& world, const std::vector<Playbook>& playbooks) {
  return diagnose_stack(playbooks, world.stack, world.snapshot, world.at);
}

TEST(Diagnose, AskForEachDatabaseOfTheDialect) {
  World world;
  world.schema().versions.front().current = "1.1";
  world.schema("visibility").versions.front().current = "1.1";
  Playbook one = behind("low");
  EXPECT_EQ(diagnose(world, {one}).findings.size(), 2U);
  one.signature.dialects = {"temporal-visibility"};
  const StackDiagnosis only = diagnose(world, {one});
  ASSERT_EQ(only.findings.size(), 1U);
  EXPECT_EQ(only.findings.front().id, "low/visibility");
  EXPECT_EQ(only.findings.front().subject.kind, "Database");
}

TEST(Diagnose, NamesItsSubjectsAndSources) {
  World world;
  world.app("migrate").repo_url = "https://git.example.com/x.git";
  world.app("migrate").path = "charts/m";
  world.app("serve").sync_status = "OutOfSync";
  const Finding found = diagnose(world, {out_of_sync("drift")}).findings.at(0);
  EXPECT_EQ(found.summary, "drift on serve of temporal-dev, charts/m in https://git.example.com/x.git");
  EXPECT_EQ(found.subject.uid, "uid-serve");
  EXPECT_EQ(found.playbook, "") << "no steps, nothing that would be run";
}

TEST(Diagnose, AFindingSaysWhetherItsPlaybookIsAUsers) {
  World world;
  world.app("serve").sync_status = "OutOfSync";
  Playbook one = out_of_sync("drift");
  EXPECT_FALSE(diagnose(world, {one}).findings.at(0).users_playbook);
  one.ns = world.stack.ns;
  EXPECT_TRUE(diagnose(world, {one}).findings.at(0).users_playbook);
}

TEST(Diagnose, AnUnknownIsAGapAndASoonIsPending) {
  World world;
  world.snapshot.databases.at("default").reach = Reach::unexamined;
  world.run("migrate", 1min);
  const StackDiagnosis found =
      diagnose(world, {behind("low"), playbook("slow", Scope::application, fact("operation", {{"is", Json::array({"stuck"})}}))});
  EXPECT_TRUE(found.findings.empty());
  ASSERT_EQ(found.unexamined.size(), 1U);
  EXPECT_EQ(found.unexamined.front().what, "database default");
  ASSERT_EQ(found.pending.size(), 1U);
  EXPECT_EQ(found.pending.front().look_again_at, now + 14min);
}

TEST(Diagnose, GapsAreReportedEvenWhenNoSignatureAsks) {
  World world;
  world.snapshot.applications.pop_back();
  world.snapshot.databases.erase("visibility");
  world.snapshot.databases.at("default").direct = false;
  world.snapshot.unexamined = {{"pods in namespace dev", "not allowed"}, {"database visibility", "no address"}};
  const StackDiagnosis found = diagnose(world, {});
  EXPECT_EQ(found.unexamined.size(), 4U) << "each gap once";
}

TEST(Diagnose, AHealthyStackHasNothing) {
  const World world;
  const StackDiagnosis found = diagnose(world, {behind("low"), out_of_sync("drift")});
  EXPECT_TRUE(found.findings.empty() && found.suppressed.empty() && found.pending.empty() && found.unexamined.empty());
}

TEST(Causes, EffectsNameTheRootOfTheirChain) {
  World world;
  world.schema().versions.front().current = "1.1";
  world.app("seed").sync_status = "OutOfSync";
  const StackDiagnosis found = diagnose(world, {out_of_sync("c"), behind("b", {"c"}), behind("a", {"b"})});
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_EQ(found.findings.front().id, "a/default");
  ASSERT_EQ(found.suppressed.size(), 2U);
  for (const Finding& effect : found.suppressed) EXPECT_EQ(effect.caused_by, "a/default");
}

TEST(Causes, OneApplicationDoesNotExplainAnother) {
  World world;
  world.app("serve").sync_status = "OutOfSync";
  world.app("seed").health = "Degraded";
  const Playbook effect = playbook("down", Scope::application, fact("application", {{"health", "Degraded"}}));
  EXPECT_EQ(diagnose(world, {out_of_sync("drift", {"down"}), effect}).findings.size(), 2U);
  world.app("seed").sync_status = "OutOfSync";
  EXPECT_EQ(diagnose(world, {out_of_sync("drift", {"down"}), effect}).suppressed.size(), 1U);
}

TEST(Causes, ACircleHidesNothing) {
  World world;
  world.schema().versions.front().current = "1.1";
  EXPECT_EQ(diagnose(world, {behind("a", {"b"}), behind("b", {"a"})}).findings.size(), 2U);
}

TEST(Causes, TheGravestComesFirst) {
  World world;
  world.schema().versions.front().current = "1.1";
  Playbook mild = behind("mild");
  mild.signature.severity = Severity::warning;
  EXPECT_EQ(diagnose(world, {mild, behind("grave")}).findings.front().signature, "grave");
}

TEST(Applications, OutsideStacksOnlySignaturesThatNeedNone) {
  World world;
  Application stray = detect_test::application("stray");
  stray.sync_status = "OutOfSync";
  world.snapshot.applications.push_back(stray);
  world.app("serve").sync_status = "OutOfSync";
  Playbook anywhere = out_of_sync("drift");
  EXPECT_TRUE(diagnose_applications({anywhere}, {world.stack}, world.snapshot, now).findings.empty());
  anywhere.signature.needs_stack = false;
  const StackDiagnosis found = diagnose_applications({anywhere}, {world.stack}, world.snapshot, now);
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_EQ(found.findings.front().subject.name, "stray");
}

TEST(Suspicion, RestsOnWatchedObjectsAlone) {
  World world;
  Playbook dear = behind("low");
  dear.signature.suspect = fact("pods", {{"notReady", true}});
  world.schema().versions.front().current = "1.1";
  EXPECT_FALSE(suspicious_from({dear}, world.stack, world.snapshot, now));
  world.workload_pod("history", false);
  EXPECT_EQ(suspicious_from({dear}, world.stack, world.snapshot, now), now);
}

TEST(Evidence, OfTheSuspicionIsMarkedAsSupportOnly) {
  World world;
  Playbook dear = behind("low");
  dear.signature.suspect = fact("pods", {{"notReady", true}});
  world.schema().versions.front().current = "1.1";
  world.workload_pod("history", false);
  const Finding found = diagnose(world, {dear}).findings.at(0);
  ASSERT_EQ(found.evidence.size(), 2U);
  EXPECT_FALSE(found.evidence[0].supporting);
  EXPECT_TRUE(found.evidence[1].supporting);
}

TEST(Facts, HaveOneNameEachAndSayWhatTheyMean) {
  std::vector<std::string> names;
  for (const Fact& one : all_facts()) {
    names.push_back(one.spec.name);
    EXPECT_FALSE(one.spec.doc.empty()) << one.spec.name;
    for (const ParamSpec& param : one.spec.params) EXPECT_FALSE(param.doc.empty()) << one.spec.name << "." << param.name;
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Facts, OfAStackHoldNowhereOutsideOne) {
  const World world;
  for (const Fact& one : all_facts()) {
    const auto& name = one.spec.name;
    if (name != "pods" && name != "schema" && name != "database" && name != "credentials" && name != "bootstrap") continue;
    const Judgement found =
        one.judge(Json{{"notReady", false}}, {nullptr, world.snapshot, {&world.snapshot.applications.front(), nullptr}, now});
    EXPECT_EQ(found.truth, Truth::no) << name;
  }
}

}  // namespace
}  // namespace refloat
