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
  EXPECT_THAT(opened, SizeIs(8)) << "one stream a kind, and none again";
  EXPECT_THAT(std::set<std::string>(opened.begin(), opened.end()), SizeIs(8));
  EXPECT_THAT(opened, Each(testing::HasSubstr("watch=true")));
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
