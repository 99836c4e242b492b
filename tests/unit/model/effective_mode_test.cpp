#include "model/effective_mode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace refloat {
namespace {

std::vector<Finding> causes(const std::vector<std::string>& signatures) {
  std::vector<Finding> out;
  for (const std::string& signature : signatures) {
    Finding finding;
    finding.signature = signature;
    finding.recoverable = Recoverable::automatic;
    out.push_back(finding);
  }
  return out;
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
  found[0].recoverable = Recoverable::approval;
  EXPECT_TRUE(would_ask(stack, found));
}

}  // namespace
}  // namespace refloat
