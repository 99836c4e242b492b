#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/playbook_reader.h"
#include "unit/config/read_helper.h"

namespace refloat {
namespace {

using config_test::small_vocabulary;

Condition fact(const std::string& name) {
  Condition condition;
  condition.op = Condition::Op::fact;
  condition.fact = name;
  return condition;
}

StepSpec step(Phase phase, const std::string& action) {
  StepSpec result;
  result.phase = phase;
  result.action = action;
  result.within = std::chrono::minutes(1);
  return result;
}

Playbook sane(const std::string& id) {
  Playbook playbook;
  playbook.name = "book-" + id;
  playbook.signature.id = id;
  playbook.signature.scope = Scope::database;
  playbook.signature.recoverable = Recoverable::automatic;
  playbook.signature.confirm = fact("schema");
  playbook.steps = {step(Phase::repair, "sql.removeRow"), step(Phase::migrate, "argo.sync"), step(Phase::verify, "verify")};
  return playbook;
}

std::vector<Diagnostic> lint(const std::vector<Playbook>& playbooks) {
  Diagnostics diagnostics;
  lint_playbooks(playbooks, small_vocabulary(), diagnostics);
  return diagnostics.all();
}

TEST(Lint, SanePlaybooksPass) {
  Playbook cause = sane("cause");
  cause.signature.explains = {"effect"};
  cause.signature.dooms = {"migrations"};
  EXPECT_TRUE(lint({cause, sane("effect")}).empty());
}

TEST(Lint, DuplicateNamesAndIds) {
  Playbook same_id = sane("a");
  same_id.name = "other";
  EXPECT_EQ(lint({sane("a"), same_id}).size(), 1U);
  Playbook same_name = sane("b");
  same_name.name = "book-a";
  EXPECT_EQ(lint({sane("a"), same_name}).size(), 1U);
}

TEST(Lint, ExplainsOnlyWhatExists) {
  Playbook cause = sane("cause");
  cause.signature.explains = {"efect"};
  const auto said = lint({cause, sane("effect")});
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].hint.find("'effect'"), std::string::npos);
}

TEST(Lint, CirclesAreFoundOnce) {
  Playbook a = sane("a"), b = sane("b"), c = sane("c"), outside = sane("d");
  a.signature.explains = {"b"};
  b.signature.explains = {"c"};
  c.signature.explains = {"a"};
  outside.signature.explains = {"a"};
  EXPECT_EQ(lint({a, b, c, outside}).size(), 1U);
  c.signature.explains = {};
  EXPECT_TRUE(lint({a, b, c, outside}).empty());
}

TEST(Lint, ExplainingItself) {
  Playbook a = sane("a");
  a.signature.explains = {"a"};
  EXPECT_EQ(lint({a}).size(), 1U);
}

TEST(Lint, UnknownDoomedRole) {
  Playbook a = sane("a");
  a.signature.dooms = {"migration"};
  EXPECT_EQ(lint({a}).size(), 1U);
}

TEST(Lint, RepairNeedsToKnowItsDatabase) {
  Playbook a = sane("a");
  a.signature.scope = Scope::stack;
  EXPECT_EQ(lint({a}).size(), 1U);
  a.steps[0].params = {{"database", "default"}};
  EXPECT_TRUE(lint({a}).empty());
}

TEST(Lint, DestructionNeedsDatabaseEvidence) {
  Playbook a = sane("a");
  a.signature.confirm = fact("quiet");
  EXPECT_EQ(lint({a}).size(), 1U);
  a.signature.recoverable = Recoverable::approval;
  EXPECT_TRUE(lint({a}).empty());
}

TEST(Lint, MissingTimeLimitIsAWarning) {
  Playbook a = sane("a");
  a.steps[1].within.reset();
  const auto said = lint({a});
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].level, Level::warning);
}

TEST(Lint, StepsFitWhatIsPromised) {
  Playbook a = sane("a");
  a.steps.clear();
  EXPECT_EQ(lint({a}).size(), 1U);
  a.signature.recoverable = Recoverable::no;
  EXPECT_TRUE(lint({a}).empty());
  a.steps = sane("a").steps;
  EXPECT_EQ(lint({a}).size(), 1U);
}

TEST(Lint, PhasesStandInOrderAndEndWithVerify) {
  Playbook a = sane("a");
  std::swap(a.steps[0], a.steps[1]);
  EXPECT_EQ(lint({a}).size(), 1U);
  a = sane("a");
  a.steps.pop_back();
  EXPECT_EQ(lint({a}).size(), 1U);
}

}  // namespace
}  // namespace refloat
