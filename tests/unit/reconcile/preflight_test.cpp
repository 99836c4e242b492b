// What a rehearsal says about writes whose objects go on changing.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "argo/client/operations.h"
#include "base/clock.h"
#include "model/plan.h"
#include "reconcile/reconcile.h"
#include "unit/support/fake_databases.h"
#include "unit/support/fake_kube.h"
#include "unit/support/healthy_stack.h"

namespace refloat {
namespace {

struct Preflight : testing::Test {
  const Resource place{"argoproj.io", "v1alpha1", "applications", "argocd", "a", ""};
  test::FakeKube kube;
  test::FakeDatabases databases;
  SystemClock clock;
  Ports ports{kube, databases, clock};
  Stack stack = testing_support::stack();
  int changes = 0;  // how often Argo CD writes the Application just before it is patched

  Preflight() {
    store("uid-a");
    kube.fail = [this](const std::string& verb, const Resource& at) -> std::optional<Error> {
      if (verb == "patch" && at.plural == "applications" && changes-- > 0) store("uid-a");
      return std::nullopt;
    };
  }
  void store(const std::string& uid) {
    kube.drop(place);
    kube.put("argoproj.io", "v1alpha1", "applications", {{"metadata", {{"namespace", "argocd"}, {"name", "a"}, {"uid", uid}}}});
  }
  std::vector<Rehearsal> rehearse() {
    Application app = testing_support::application("a");
    app.resource_version = text_at(*kube.find(place), {"metadata", "resourceVersion"});
    Plan plan;
    plan.steps.emplace_back();
    plan.steps.front().writes = {start_sync(app, "token")};
    return preflight(ports, {}, stack, plan);
  }
};

TEST_F(Preflight, AnObjectThatChangedSinceThePlanIsRehearsedAsItIsNow) {
  changes = 2;
  EXPECT_TRUE(rehearse().back().accepted) << rehearse().back().answer;
}

TEST_F(Preflight, OneThatNeverStandsStillIsRefusedInTheEnd) {
  changes = 1000;
  const Rehearsal last = rehearse().back();
  EXPECT_FALSE(last.accepted);
  EXPECT_LE(kube.count("patch"), 5);
}

TEST_F(Preflight, AnotherObjectOfThatNameIsNotRehearsedInItsPlace) {
  kube.fail = [this](const std::string& verb, const Resource& at) -> std::optional<Error> {
    if (verb == "patch" && at.plural == "applications") store("uid-of-another");
    return std::nullopt;
  };
  EXPECT_FALSE(rehearse().back().accepted);
  EXPECT_EQ(kube.count("patch"), 1);
}

}  // namespace
}  // namespace refloat
