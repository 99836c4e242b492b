// What watched objects alone prove: told early only where no dear read could make another thing of it.
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

Condition combined(Condition::Op op, std::vector<Condition> children) {
  Condition out;
  out.op = op;
  out.children = std::move(children);
  return out;
}

Playbook playbook(const std::string& id, Scope scope, const Condition& confirm, std::vector<std::string> explains = {}) {
  Playbook out;
  out.name = id;
  out.signature.id = id;
  out.signature.scope = scope;
  out.signature.confirm = out.signature.suspect = confirm;
  out.signature.explains = std::move(explains);
  return out;
}

Playbook limbo() {
  return playbook("adrift", Scope::application, fact("operation", {{"is", {"limbo"}}}));
}

// One whose truth only the database knows; unready pods make it worth asking.
Playbook dear(std::vector<std::string> explains = {}) {
  Playbook out = playbook("dear", Scope::database, fact("schema", {{"comparedToTarget", {"behind"}}}), std::move(explains));
  out.signature.suspect = fact("pods", {{"notReady", true}});
  return out;
}

struct EarlyWorld : World {
  StackDiagnosis latest;  // the last whole look: it saw everything and found nothing

  // The operation of an Application is gone, its state says Running; nothing changed for longer than limits.settle.
  EarlyWorld() {
    Application& app = run("serve", 10min);
    app.has_operation = false;
    snapshot.databases.clear();  // a slice of the cache has none
  }
  [[nodiscard]] Early look(const std::vector<Playbook>& playbooks) const { return detect_early(playbooks, stack, snapshot, latest, at); }
  [[nodiscard]] std::vector<std::string> found(const std::vector<Playbook>& playbooks) const {
    std::vector<std::string> ids;
    for (const Finding& finding : look(playbooks).findings) ids.push_back(finding.id);
    return ids;
  }
};

using Ids = std::vector<std::string>;

TEST(Early, TellsWhatWatchedObjectsProve) {
  const EarlyWorld world;
  EXPECT_EQ(world.found({limbo(), dear()}), Ids{"adrift/serve"});
}

TEST(Early, IsTheFindingThatAWholeLookMakes) {
  const EarlyWorld world;
  const Finding early = world.look({limbo()}).findings.at(0);
  const Finding whole = diagnose_stack({limbo()}, world.stack, world.snapshot, world.at).findings.at(0);
  EXPECT_EQ(early.id, whole.id);
  EXPECT_EQ(early.summary, whole.summary);
  EXPECT_EQ(early.since, whole.since);
  EXPECT_EQ(early.evidence.size(), whole.evidence.size());
}

TEST(Early, DoesNotTellWhatIsTooYoungAndSaysWhenItComesOfAge) {
  EarlyWorld world;
  world.app("serve").unchanged_since = now - 1s;
  EXPECT_EQ(world.found({limbo()}), Ids{});
  EXPECT_EQ(world.look({limbo()}).look_again_at, now + 2s);
}

TEST(Early, NeverAsksADatabaseEvenIfItsReadingIsThere) {
  EarlyWorld world;
  world.snapshot.databases["default"] = detect_test::reading("default", "temporal", "1.1");
  EXPECT_EQ(diagnose_stack({dear()}, world.stack, world.snapshot, now).findings.size(), 1U);
  EXPECT_EQ(world.found({dear()}), Ids{});
}

// all: the watched half holds, the dear half is open.
TEST(Early, DoesNotTellWhatIsHalfWatched) {
  const EarlyWorld world;
  const Condition watched = limbo().signature.confirm;
  const Condition open = fact("database", {{"database", "any"}, {"reach", {"unreachable"}}});
  const auto half = [&](Condition::Op op) { return playbook("half", Scope::application, combined(op, {watched, open})); };
  EXPECT_EQ(world.found({half(Condition::Op::all)}), Ids{});
  EXPECT_EQ(world.found({half(Condition::Op::any)}), Ids{"half/serve"}) << "whatever the database says";
  const Condition none = combined(Condition::Op::negate, {open});
  EXPECT_EQ(world.found({playbook("none", Scope::stack, none)}), Ids{}) << "the opposite of unknown is unknown";
}

// The operation's end may be on its way in one stream while the other tells already that its hook Job is gone.
TEST(Early, LeavesWhatComparesTwoStreamsToFreshReads) {
  EarlyWorld world;
  Application& app = world.run("serve", 10min);
  app.operation->resources.push_back({"batch", "Job", "dev", "gone", "Synced", "", "PreSync", "Running", "PreSync"});
  const Playbook vanished = playbook("vanished", Scope::application, fact("hookJob", {{"state", {"vanished"}}}));
  ASSERT_EQ(diagnose_stack({vanished}, world.stack, world.snapshot, world.at).findings.size(), 1U);
  EXPECT_EQ(world.found({vanished}), Ids{});
}

TEST(Early, TellsNothingFromACacheWithAGap) {
  EarlyWorld world;
  world.snapshot.unexamined.push_back({"pods in the whole cluster", "not listed yet"});
  EXPECT_EQ(world.found({limbo()}), Ids{});
  EXPECT_FALSE(world.look({limbo()}).look_again_at);
}

TEST(Early, LeavesOutWhatAnotherWatchedFindingExplains) {
  EarlyWorld world;
  world.app("serve").health = "Degraded";
  const Playbook cause = playbook("cause", Scope::application, fact("application", {{"health", {"Degraded"}}}), {"adrift"});
  EXPECT_EQ(world.found({limbo(), cause}), Ids{"cause/serve"});
  EarlyWorld other;
  other.app("seed").health = "Degraded";  // of another Application: it explains nothing here
  EXPECT_EQ(other.found({limbo(), cause}), (Ids{"adrift/serve", "cause/seed"}));
}

// A cause that only the database can prove: it is ruled out by the last whole look as long as nothing watched speaks for it.
TEST(Early, TellsAnEffectOnlyWhileItsDearCauseIsRuledOut) {
  EarlyWorld world;
  EXPECT_EQ(world.found({limbo(), dear({"adrift"})}), Ids{"adrift/serve"});
  world.workload_pod("frontend", false);
  EXPECT_EQ(world.found({limbo(), dear({"adrift"})}), Ids{}) << "suspected by now";
  EXPECT_EQ(world.found({limbo(), dear()}), Ids{"adrift/serve"}) << "it would explain nothing";
}

Finding seen(const std::string& id) {
  Finding out;
  out.id = id;
  out.signature = "dear";
  return out;
}

TEST(Early, WaitsForAWholeLookWhereTheLastOneDidNotRuleTheCauseOut) {
  EarlyWorld found;
  found.latest.findings.push_back(seen("dear/default"));
  EXPECT_EQ(found.found({limbo(), dear({"adrift"})}), Ids{});
  EarlyWorld suppressed;
  suppressed.latest.suppressed.push_back(seen("dear/visibility"));
  EXPECT_EQ(suppressed.found({limbo(), dear({"adrift"})}), Ids{});
  EarlyWorld pending;
  pending.latest.pending.push_back({"dear", {"Database", "argocd", "default", {}}, "", now});
  EXPECT_EQ(pending.found({limbo(), dear({"adrift"})}), Ids{});
  EarlyWorld unexamined;
  unexamined.latest.unexamined.push_back({"database default", "unreachable"});
  EXPECT_EQ(unexamined.found({limbo(), dear({"adrift"})}), Ids{});
}

// Known from watched objects: no database can change that.
TEST(Early, ACauseThatIsHalfWatchedAndFalseThereIsNone) {
  EarlyWorld world;
  world.latest.unexamined.push_back({"database default", "unreachable"});
  Playbook cause = dear({"adrift"});
  cause.signature.confirm = combined(Condition::Op::all, {fact("pods", {{"notReady", true}}), cause.signature.confirm});
  EXPECT_EQ(world.found({limbo(), cause}), Ids{"adrift/serve"});
}

}  // namespace
}  // namespace refloat
