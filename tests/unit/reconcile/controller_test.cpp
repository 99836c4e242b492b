// The controller as it runs, with all its threads: what it tells early, and what it asks when all is well.
#include "reconcile/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "config/embedded.h"
#include "config/playbook_reader.h"
#include "reconcile/pace.h"
#include "unit/reconcile/watched_cluster.h"

namespace refloat {
namespace {

using namespace std::chrono_literals;
using test::soon;
using test::WatchedCluster;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Every built-in signature.
std::vector<Playbook> catalogue() {
  std::vector<Playbook> out;
  for (const EmbeddedFile& file : embedded_files("playbooks/", "/playbook.yaml")) {
    Diagnostics diagnostics;
    auto playbook = read_playbook(std::string(file.text), std::string(file.path), vocabulary(), diagnostics);
    EXPECT_TRUE(playbook) << file.path;
    if (playbook) out.push_back(std::move(*playbook));
  }
  return out;
}

std::string stack_path(const std::string& name) {
  return "/apis/refloat.dev/v1alpha1/namespaces/argocd/stacks/" + name;
}

// One worker, and it waits for a database: what needs watched objects only is told all the same, once.
TEST(Controller, ASlowDatabaseDelaysNoFindingThatNeedsWatchedObjectsOnly) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  for (const char* name : {"slow", "quick", "alone"}) cluster.application(name);
  cluster.stack("slow", true);
  cluster.stack("quick", false);
  cluster.start();
  const auto looked = [&](const char* name) { return cluster.calls("patch " + stack_path(name)) > 0; };
  ASSERT_TRUE(soon([&] { return looked("slow") && looked("quick"); })) << "all is well at first";
  cluster.databases.hang(true);
  cluster.stack("slow", true, 2);  // edited, so it is looked at
  ASSERT_TRUE(soon([&] { return cluster.databases.hanging() == 1; }));
  const std::size_t before = cluster.kube.all_calls().size();
  cluster.limbo("quick");
  cluster.limbo("alone");
  EXPECT_TRUE(soon([&] { return cluster.findings_of("stack/argocd/quick") == 1; }));
  EXPECT_TRUE(soon([&] { return cluster.calls("create /api/v1/namespaces/argocd/events", before) > 0; }))
      << "the Event does not wait either";
  EXPECT_EQ(cluster.databases.hanging(), 1) << "the worker was free: this shows nothing";
  EXPECT_EQ(cluster.calls("get " + stack_path("quick"), before), 0) << "told before its turn";
  cluster.databases.hang(false);
  ASSERT_TRUE(soon([&] { return cluster.calls("patch " + stack_path("quick"), before) > 0; })) << "the turn follows and decides";
  cluster.stop();
  EXPECT_EQ(cluster.findings_of("stack/argocd/quick"), 1) << "and tells it no second time";
}

// Default limits there: it has to last for three seconds.
TEST(Controller, OutsideStacksAFindingIsToldWhenItHasSettled) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  cluster.application("alone");
  cluster.start();
  ASSERT_TRUE(soon([&] { return cluster.controller->not_ready().empty(); }));
  cluster.limbo("alone");
  EXPECT_TRUE(soon([&] { return cluster.findings_of("app/argocd/alone") == 1; }));
  cluster.application("alone");
  cluster.limbo("alone");
  EXPECT_TRUE(soon([&] { return cluster.findings_of("app/argocd/alone") == 2; })) << "gone and come again is news";
}

// What a whole look is for is not told before it: the cause may lie where only that looks.
TEST(Controller, BeforeTheFirstWholeLookNothingIsToldEarly) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  cluster.limbo("slow");
  cluster.stack("slow", true);
  cluster.databases.hang(true);
  cluster.start();
  ASSERT_TRUE(soon([&] { return cluster.databases.hanging() == 1; }));
  cluster.application("slow");
  cluster.limbo("slow");
  std::this_thread::sleep_for(50ms);  // cannot fail by being short
  EXPECT_EQ(cluster.findings_of("stack/argocd/slow"), 0);
  cluster.databases.hang(false);
  EXPECT_TRUE(soon([&] { return cluster.findings_of("stack/argocd/slow") == 1; }));
}

// At rest there are the watches, the Lease, and once a resync each database with the Secret that leads to it. Nothing else.
TEST(Controller, AtRestItAsksForNothingButItsLeaseAndOnceAResyncItsDatabases) {
  constexpr int stacks = 3;
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  cluster.options.rules.resync = 200ms;
  for (int i = 0; i < stacks; ++i) {
    cluster.application("app-" + std::to_string(i));
    cluster.stack("app-" + std::to_string(i), true);
  }
  cluster.start();
  ASSERT_TRUE(soon([&] { return cluster.databases.reads() >= 4 * stacks; })) << "it has come to rest";
  const std::size_t from = cluster.kube.all_calls().size();
  const int reads = cluster.databases.reads();
  ASSERT_TRUE(soon([&] { return cluster.databases.reads() >= reads + 6 * stacks; })) << "six resyncs";
  cluster.stop();
  const std::vector<std::string> all = cluster.kube.all_calls();
  int secrets = 0;
  std::vector<std::string> others;
  for (std::size_t i = from; i < all.size(); ++i) {
    if (all[i] == "get /api/v1/namespaces/dev/secrets/db") {
      ++secrets;
    } else if (all[i].find("/leases/") == std::string::npos) {
      others.push_back(all[i]);
    }
  }
  EXPECT_THAT(others, IsEmpty());
  EXPECT_LE(std::abs(cluster.databases.reads() - reads - secrets), 1) << "one Secret for one database";
  const std::vector<std::string> opened = cluster.streams.opened();
  EXPECT_THAT(opened, SizeIs(16)) << "one stream a kind, and none again";
  EXPECT_THAT(std::set<std::string>(opened.begin(), opened.end()), SizeIs(16));
  EXPECT_THAT(opened, Each(testing::HasSubstr("watch=true")));
}

// They are watched for those who use them, which is nobody here.
TEST(Controller, KindsThatNoFactUsesHoldUpNeitherReadinessNorWhatIsToldEarly) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  cluster.streams.silent = {"replicasets", "nodes", "persistentvolumeclaims", "applicationsets", "clusters", "databases", "poolers"};
  cluster.application("alone");
  cluster.start();
  EXPECT_TRUE(soon([&] { return cluster.controller->not_ready().empty(); })) << cluster.controller->not_ready();
  cluster.limbo("alone");
  EXPECT_TRUE(soon([&] { return cluster.findings_of("app/argocd/alone") == 1; }));
}

TEST(Controller, AKindThatMayNotBeWatchedIsSaidOnce) {
  WatchedCluster cluster;
  cluster.streams.refused = {"nodes", "clusters", "playbooks"};
  cluster.start();
  EXPECT_TRUE(soon([&] { return cluster.controller->not_ready().empty(); })) << cluster.controller->not_ready();
  EXPECT_TRUE(soon([&] { return cluster.logged("not watched") == 2 && cluster.logged("only built-in playbooks") == 1; }));
  std::this_thread::sleep_for(1500ms);  // time in which it would be said again
  EXPECT_EQ(cluster.logged("not watched"), 2);
  EXPECT_EQ(cluster.logged("only built-in playbooks"), 1);
}

// Each namespace has its own right.
TEST(Controller, WhereItIsWatchedInSeveralNamespacesEachRefusalIsSaidOnce) {
  WatchedCluster cluster;
  cluster.options.application_namespaces = {"argocd", "other"};
  cluster.streams.refused = {"playbooks"};
  cluster.start();
  EXPECT_TRUE(soon([&] { return cluster.logged("only built-in playbooks") == 2; }));
  std::this_thread::sleep_for(1500ms);
  EXPECT_EQ(cluster.logged("only built-in playbooks"), 2);
}

// A list that is never answered, or fails for ever.
TEST(Controller, WithoutTheListOfPlaybooksItGoesOnAfterAWhile) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  cluster.options.playbooks_wait = 300ms;
  cluster.streams.silent = {"playbooks"};
  cluster.application("inside");
  cluster.application("alone");
  cluster.stack("inside", false);
  cluster.start();
  EXPECT_TRUE(soon([&] { return cluster.controller->not_ready().empty(); })) << cluster.controller->not_ready();
  EXPECT_TRUE(soon([&] { return cluster.calls("patch " + stack_path("inside")) > 0; })) << "turns are taken";
  cluster.limbo("alone");
  EXPECT_TRUE(soon([&] { return cluster.findings_of("app/argocd/alone") == 1; })) << "and it is told early";
  EXPECT_TRUE(soon([&] { return cluster.logged("only built-in playbooks") == 1; }));
}

// Reported only.
Json playbook(const std::string& signature, const Json& confirm, bool outside_stacks) {
  return {{"apiVersion", "refloat.dev/v1alpha1"},
          {"kind", "Playbook"},
          {"metadata", {{"namespace", "argocd"}, {"name", "book-of-" + signature}, {"generation", 1}}},
          {"spec",
           {{"summary", "Something."},
            {"explanation", "Reported."},
            {"signature",
             {{"id", signature},
              {"meaning", "it broke"},
              {"severity", "info"},
              {"recoverable", "no"},
              {"forEach", "application"},
              {"outsideStacks", outside_stacks},
              {"confirm", confirm}}}}}};
}

// What had been found under another catalogue proves nothing.
TEST(Controller, APlaybookThatComesCountsAtOnceInAndOutsideStacks) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  const Json degraded{{"status", {{"health", {{"status", "Degraded"}}}}}};
  for (const char* name : {"inside", "alone"}) cluster.application(name, degraded);
  cluster.stack("inside", false);
  cluster.start();
  ASSERT_TRUE(soon([&] { return cluster.calls("patch " + stack_path("inside")) > 0; }));
  const int inside = cluster.findings_of("stack/argocd/inside");
  const int alone = cluster.findings_of("app/argocd/alone");
  cluster.put("refloat.dev", "playbooks", playbook("my-degraded", {{"application", {{"health", {"Degraded"}}}}}, true));
  EXPECT_TRUE(soon([&] { return cluster.findings_of("stack/argocd/inside") == inside + 1; }));
  EXPECT_TRUE(soon([&] { return cluster.findings_of("app/argocd/alone") == alone + 1; }));
  cluster.controller->measure();
  EXPECT_THAT(cluster.metrics.render(), HasSubstr("refloat_playbooks{state=\"usable\"} 1\n"));
  EXPECT_THAT(cluster.metrics.render(), HasSubstr("refloat_playbooks{state=\"refused\"} 0\n"));
}

// Who may write a Playbook must not be able to silence what the catalogue says.
TEST(Controller, OutsideStacksWhatAUsersPlaybookExplainsIsStillTold) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  Json greedy = playbook("greedy", {{"application", {{"health", {"Healthy"}}}}}, true);
  greedy["spec"]["signature"]["severity"] = "critical";
  greedy["spec"]["signature"]["explains"] = {"operation-limbo"};
  cluster.put("refloat.dev", "playbooks", greedy);
  cluster.application("alone");
  cluster.start();
  ASSERT_TRUE(soon([&] { return cluster.findings_of("app/argocd/alone") == 1; })) << "greedy";
  cluster.limbo("alone");
  EXPECT_TRUE(soon([&] { return cluster.findings_of("app/argocd/alone") == 2; }));
}

// The Stacks are listed before the Playbooks.
TEST(Controller, AStackMayNameTheSignatureOfAUsersPlaybook) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  cluster.application("named");
  cluster.put("refloat.dev", "playbooks", playbook("my-degraded", {{"application", {{"health", {"Degraded"}}}}}, false));
  cluster.put("refloat.dev", "stacks",
              {{"apiVersion", "refloat.dev/v1alpha1"},
               {"kind", "Stack"},
               {"metadata", {{"namespace", "argocd"}, {"name", "named"}, {"generation", 1}}},
               {"spec", {{"applications", {{"migrations", "named"}}}, {"modeBySignature", {{"my-degraded", "Observe"}}}}}});
  cluster.start();
  ASSERT_TRUE(soon([&] { return cluster.calls("patch " + stack_path("named")) > 0; }));
  cluster.controller->measure();
  EXPECT_THAT(cluster.metrics.render(), HasSubstr("refloat_stacks{state=\"known\"} 1\n"));
  EXPECT_THAT(cluster.metrics.render(), HasSubstr("refloat_stacks{state=\"invalid\"} 0\n"));
}

// The near miss: one Stack is not well. It is looked at as a whole, the others are left alone.
TEST(Controller, AStackThatIsNotWellIsLookedAtAndTheOthersAreNot) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  cluster.options.rules.resync = 200ms;
  cluster.options.rules.recheck = 100ms;
  for (const char* name : {"well", "ill"}) {
    cluster.application(name);
    cluster.stack(name, true);
  }
  cluster.start();
  ASSERT_TRUE(soon([&] { return cluster.databases.reads() >= 8; }));
  const std::size_t from = cluster.kube.all_calls().size();
  cluster.limbo("ill");
  ASSERT_TRUE(soon([&] { return cluster.calls("get " + stack_path("ill"), from) >= 3; }));
  cluster.stop();
  EXPECT_EQ(cluster.calls("get " + stack_path("well"), from), 0);
  EXPECT_GE(cluster.calls("list /apis/argoproj.io", from), 3) << "what is decided on is read anew";
}

// What changes all the time is not looked at all the time.
TEST(Controller, AStackThatKeepsChangingIsLookedAtAFewTimesAndThenOnceInAWhile) {
  WatchedCluster cluster;
  cluster.inputs.playbooks = catalogue();
  cluster.application("ill");
  cluster.stack("ill", true);
  cluster.start();
  ASSERT_TRUE(soon([&] { return cluster.calls("patch " + stack_path("ill")) > 0; }));
  const std::size_t from = cluster.kube.all_calls().size();
  for (int i = 0; i < 100; ++i) {
    cluster.limbo("ill");
    std::this_thread::sleep_for(10ms);
  }
  cluster.stop();
  EXPECT_GE(cluster.calls("get " + stack_path("ill"), from), 1);
  EXPECT_LE(cluster.calls("get " + stack_path("ill"), from), Pace::at_once + 1);
}

}  // namespace
}  // namespace refloat
