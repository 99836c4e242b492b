// Each finding is told once, whoever sees it first.
#include "reconcile/known_findings.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "unit/support/healthy_stack.h"

namespace refloat {
namespace {

using namespace std::chrono_literals;
using testing_support::finding;
using testing_support::now;

const Stack known_stack = testing_support::stack();

std::vector<Finding> findings(const std::vector<std::string>& names) {
  std::vector<Finding> out;
  for (const std::string& name : names) out.push_back(finding(name, {"Application", "argocd", "a", {}}));
  return out;
}
StackDiagnosis diagnosis(const std::vector<std::string>& names) {
  StackDiagnosis out;
  out.findings = findings(names);
  return out;
}
std::vector<std::string> names(const std::vector<Finding>& list) {
  std::vector<std::string> out;
  for (const Finding& each : list) out.push_back(each.signature);
  return out;
}
using Names = std::vector<std::string>;

struct Known : testing::Test {
  KnownFindings known;
  Known() { (void)known.looked(known_stack, diagnosis({}), now); }
};

TEST_F(Known, WhatWasToldEarlyIsNoNewsToTheLookThatConfirmsIt) {
  EXPECT_EQ(names(known.told_early(findings({"x"}), now + 1s)), Names{"x"});
  EXPECT_TRUE(known.unconfirmed());
  EXPECT_EQ(names(known.told_early(findings({"x"}), now + 2s)), Names{}) << "nor to the next event";
  const auto news = known.looked(known_stack, diagnosis({"x", "y"}), now + 3s);
  EXPECT_EQ(names(news.found), Names{"y"});
  EXPECT_EQ(names(news.gone), Names{});
  EXPECT_FALSE(known.unconfirmed());
}

TEST_F(Known, ALookThatDoesNotSeeItTakesItBack) {
  (void)known.told_early(findings({"x"}), now + 1s);
  EXPECT_EQ(names(known.looked(known_stack, diagnosis({}), now + 2s).gone), Names{"x"});
  EXPECT_EQ(names(known.told_early(findings({"x"}), now + 3s)), Names{"x"}) << "and it may come again";
}

TEST_F(Known, WhatAUsersPlaybookExplainsHasNotGone) {
  EXPECT_EQ(names(known.looked(known_stack, diagnosis({"x"}), now + 1s).found), Names{"x"});
  StackDiagnosis hidden = diagnosis({"mine"});
  hidden.findings[0].users_playbook = true;
  hidden.suppressed = findings({"x"});
  hidden.suppressed[0].caused_by = hidden.findings[0].id;
  const auto news = known.looked(known_stack, hidden, now + 2s);
  EXPECT_EQ(names(news.found), Names{"mine"});
  EXPECT_EQ(names(news.gone), Names{});
  EXPECT_EQ(names(known.looked(known_stack, diagnosis({"mine"}), now + 3s).gone), Names{"x"});
}

TEST_F(Known, WhatIsPendingHasNotGone) {
  (void)known.looked(known_stack, diagnosis({"x"}), now + 1s);
  StackDiagnosis young = diagnosis({});
  young.pending.push_back({"x", {"Application", "argocd", "a", {}}, "Argo CD is at work", now + 5s});
  EXPECT_EQ(names(known.looked(known_stack, young, now + 2s).gone), Names{});
  EXPECT_EQ(names(known.looked(known_stack, diagnosis({"x"}), now + 3s).found), Names{}) << "nor is it news when it can be told again";
  EXPECT_EQ(names(known.looked(known_stack, diagnosis({}), now + 4s).gone), Names{"x"});
}

// That look may have read the object before it changed.
TEST_F(Known, ALookThatHadBegunBeforeDecidesNothingAboutIt) {
  (void)known.told_early(findings({"x"}), now + 2s);
  for (const Time began : {now + 1s, now + 2s}) {
    const auto news = known.looked(known_stack, diagnosis({}), began);
    EXPECT_EQ(names(news.gone), Names{});
    EXPECT_TRUE(known.unconfirmed());
  }
}

TEST_F(Known, AnEarlyLookOlderThanAWholeOneSaysNothing) {
  (void)known.looked(known_stack, diagnosis({}), now + 5s);
  EXPECT_EQ(names(known.told_early(findings({"x"}), now + 5s)), Names{});
}

TEST_F(Known, BeforeAWholeLookAndWhileARecoveryRunsNothingIsToldEarly) {
  KnownFindings fresh;
  EXPECT_EQ(fresh.latest(), nullptr);
  EXPECT_EQ(names(fresh.told_early(findings({"x"}), now + 1s)), Names{});
  known.set_aside(now);
  EXPECT_EQ(known.latest(), nullptr);
  EXPECT_EQ(names(known.told_early(findings({"x"}), now + 1s)), Names{});
}

TEST_F(Known, ALookThatBeganBeforeItWasSetAsideIsSetAsideToo) {
  known.set_aside(now + 2s);
  (void)known.looked(known_stack, diagnosis({}), now + 1s);
  EXPECT_EQ(known.latest(), nullptr) << "it asked for signatures that were others then";
  (void)known.looked(known_stack, diagnosis({}), now + 2s);
  EXPECT_NE(known.latest(), nullptr);
}

TEST_F(Known, AClockThatIsSetBackHoldsUpOneLookOnly) {
  known.set_aside(now + 2s);
  (void)known.looked(known_stack, diagnosis({}), now - 1h);
  (void)known.looked(known_stack, diagnosis({}), now - 1h + 1s);
  EXPECT_NE(known.latest(), nullptr);
}

TEST_F(Known, TheLastLookCountsForThisStateOfTheStackAndNotForEver) {
  EXPECT_NE(known.latest(known_stack, now), nullptr);
  EXPECT_EQ(known.latest(known_stack, now + 1s), nullptr);
  Stack edited = known_stack;
  edited.generation = 7;
  EXPECT_EQ(known.latest(edited, now), nullptr);
  Stack anew = known_stack;
  anew.uid = "another";
  EXPECT_EQ(known.latest(anew, now), nullptr);
}

}  // namespace
}  // namespace refloat
