#include "model/effective_mode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace refloat {
namespace {

Plan causes(const std::vector<std::string>& signatures) {
  Plan plan;
  for (const std::string& signature : signatures) {
    Finding finding;
    finding.id = signature + "/x";
    finding.signature = signature;
    finding.recoverable = Recoverable::automatic;
    plan.findings.push_back(finding);
  }
  return plan;
}

// "own" is hidden by "mine".
Plan explained(bool users_playbook) {
  Plan plan = causes({"mine", "own"});
  plan.findings[0].users_playbook = users_playbook;
  plan.suppressed = {plan.findings[1]};
  plan.suppressed[0].caused_by = plan.findings[0].id;
  plan.findings.pop_back();
  return plan;
}

constexpr Mode all_modes[] = {Mode::observe, Mode::approve, Mode::automatic};

TEST(EffectiveMode, is_the_stacks_where_nothing_is_named) {
  Stack stack;
  for (const Mode mode : all_modes) {
    stack.mode = mode;
    for (const auto& found : {causes({}), causes({"a"}), causes({"a", "b"})}) {
      EXPECT_EQ(effective_mode(stack, found).mode, mode);
      EXPECT_EQ(effective_mode(stack, found).signature, "");
    }
  }
}

// Every mode of a Stack with every mode of each of two causes: never bolder than the most careful of what holds for each.
TEST(EffectiveMode, is_the_most_careful_of_all_causes) {
  for (const Mode own : all_modes) {
    for (const Mode a : all_modes) {
      for (const Mode b : all_modes) {
        Stack stack;
        stack.mode = own;
        stack.mode_by_signature = {{"a", a}, {"b", b}};
        EXPECT_EQ(effective_mode(stack, causes({"a"})).mode, a);
        EXPECT_EQ(effective_mode(stack, causes({"a", "b"})).mode, std::min(a, b));
        EXPECT_EQ(effective_mode(stack, causes({"b", "other", "a"})).mode, std::min({a, b, own}));
        EXPECT_EQ(effective_mode(stack, causes({"other"})).mode, own);
      }
    }
  }
}

TEST(EffectiveMode, says_whose_mode_decided) {
  Stack stack;
  stack.mode = Mode::automatic;
  stack.mode_by_signature = {{"a", Mode::approve}};
  EXPECT_EQ(display(effective_mode(stack, causes({"b", "a"}))), "mode Approve of a");
  EXPECT_EQ(display(effective_mode(stack, causes({"b"}))), "mode Auto");
}

TEST(EffectiveMode, would_ask_about_what_is_named_approve_or_needs_it_in_every_mode) {
  Stack stack;
  EXPECT_FALSE(would_ask(stack, causes({"a"})));
  stack.mode_by_signature = {{"a", Mode::approve}, {"b", Mode::automatic}};
  EXPECT_TRUE(would_ask(stack, causes({"b", "a"})));
  EXPECT_FALSE(would_ask(stack, causes({"b"})));
  auto found = causes({"b"});
  found.findings[0].recoverable = Recoverable::approval;
  EXPECT_TRUE(would_ask(stack, found));
}

// Whoever may write a Playbook must not thereby get past what the Stack says of a built-in signature.
TEST(EffectiveMode, of_what_a_users_playbook_explains_counts_as_if_it_stood_alone) {
  Stack stack;
  stack.mode = Mode::automatic;
  stack.mode_by_signature = {{"own", Mode::observe}};
  EXPECT_EQ(display(effective_mode(stack, explained(true))), "mode Observe of own");
  EXPECT_EQ(effective_mode(stack, explained(false)).mode, Mode::automatic) << "the catalogue knows what it explains";
  StackDiagnosis diagnosis;
  diagnosis.findings = explained(true).findings;
  diagnosis.suppressed = explained(true).suppressed;
  EXPECT_EQ(effective_mode(stack, diagnosis).mode, Mode::observe);
  stack.mode_by_signature = {{"own", Mode::approve}};
  EXPECT_TRUE(would_ask(stack, explained(true)));
  EXPECT_FALSE(would_ask(stack, explained(false)));
}

TEST(EffectiveMode, an_approval_is_wanted_for_what_a_users_playbook_explains) {
  Plan plan = explained(true);
  EXPECT_EQ(wants_approval(plan), nullptr);
  plan.suppressed[0].recoverable = Recoverable::approval;
  ASSERT_NE(wants_approval(plan), nullptr);
  EXPECT_EQ(wants_approval(plan)->signature, "own");
  PlanStep step;
  EXPECT_EQ(wants_approval(plan, &step), nullptr) << "the step is for something else";
  step.findings = {"mine/x"};
  EXPECT_NE(wants_approval(plan, &step), nullptr);
  plan.findings[0].users_playbook = false;
  EXPECT_EQ(wants_approval(plan), nullptr);
}

TEST(EffectiveMode, what_a_users_playbook_explains_is_told_with_the_causes) {
  StackDiagnosis diagnosis;
  diagnosis.findings = explained(true).findings;
  diagnosis.suppressed = explained(true).suppressed;
  ASSERT_EQ(what_decides(diagnosis).size(), 2U);
  EXPECT_EQ(what_decides(diagnosis)[1].signature, "own");
  diagnosis.findings[0].users_playbook = false;
  EXPECT_EQ(what_decides(diagnosis).size(), 1U) << "what the catalogue explains is an effect";
}

TEST(EffectiveMode, a_plan_rests_on_users_alone_where_nothing_of_the_catalogue_decides) {
  Plan plan = explained(true);
  EXPECT_FALSE(rests_on_users_alone(plan)) << "it hides one of the catalogue";
  plan.suppressed.clear();
  EXPECT_TRUE(rests_on_users_alone(plan));
  EXPECT_FALSE(rests_on_users_alone(causes({"own"})));
}

// Also in another process, which knows only the journal.
TEST(EffectiveMode, whose_playbook_it_is_outlives_the_process) {
  const Json json = to_json(explained(true));
  EXPECT_EQ(json["findings"][0]["usersPlaybook"], true);
  EXPECT_FALSE(json["suppressed"][0].contains("usersPlaybook")) << "journals of built-in ones stay as they are";
}

}  // namespace
}  // namespace refloat
