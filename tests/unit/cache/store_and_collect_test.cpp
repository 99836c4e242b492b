#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cache/collect.h"
#include "cache/store.h"
#include "unit/cache/generated.h"
#include "unit/cache/store_of.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_kube.h"
#include "unit/support/shown.h"

namespace refloat {
namespace {

using test::Generated;
using test::kinds;
using test::optional_kinds;
using test::shown;
using test::StoreOf;

// Shows a kube in which only one Application exists.
struct OnlyOne : test::FakeKube {
  test::FakeKube* all = nullptr;
  std::string ns, name;
  Result<Json> get_raw(const std::string& path) override { return all->get_raw(path); }
  Result<ObjectList> list(const Resource& resource, const ListOptions& options) override {
    Result<ObjectList> list = all->list(resource, options);
    if (list && resource.plural == "applications") {
      std::erase_if(list->items, [&](const Json& item) { return text_at(item, {"metadata", "name"}) != name; });
    }
    return list;
  }
};

struct StoreAndCollect : StoreOf {
  std::vector<std::pair<Watched, Json>> present;

  void one_event(Generated& generated) {
    if (!present.empty() && generated.one_in(4)) {
      const auto at = static_cast<std::size_t>(generated.below(static_cast<int>(present.size())));
      drop(present[at].first, present[at].second);
      present.erase(present.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    }
    auto [what, object] = any(generated);
    if (what == Watched::application)
      object["metadata"]["uid"] = text_at(object, {"metadata", "namespace"}) + text_at(object, {"metadata", "name"});
    put(what, object);
    present.emplace_back(what, object);
  }
  static std::pair<Watched, Json> any(Generated& generated) {
    const std::string ns = generated.ns();
    const std::string name = generated.one_in(3) ? generated.object_name() + "-hook" : generated.object_name();
    const std::string pg = generated.cluster_name();
    switch (generated.below(15)) {
      case 8: return {Watched::replica_set, generated.replica_set(ns, generated.object_name() + "-5d4f8")};
      case 9: return {Watched::node, generated.node("node-" + std::to_string(generated.below(3)))};
      case 10: return {Watched::claim, generated.claim(ns, generated.object_name())};
      case 11: return {Watched::application_set, generated.application_set(ns, generated.set_name())};
      case 12: return {Watched::postgres_cluster, generated.postgres_cluster(ns, pg)};
      case 13: return {Watched::postgres_database, generated.postgres_database(ns, generated.object_name())};
      case 14: return {Watched::postgres_pooler, generated.postgres_pooler(ns, generated.object_name())};
      case 0: return {Watched::project, generated.project(generated.pick<std::string>({"a", "b", "argocd", "elsewhere"}), "default")};
      case 1: return {Watched::job, generated.job(ns, name)};
      case 2: return {Watched::deployment, generated.workload("Deployment", ns, name)};
      case 3: return {Watched::stateful_set, generated.workload("StatefulSet", ns, name)};
      case 4:
      case 5: return {Watched::pod, generated.pod(ns, "pod-" + std::to_string(generated.below(20)))};
      default: return {Watched::application, generated.application(ns, generated.app_name())};
    }
  }
  static Stack any_stack(Generated& generated) {
    Stack stack;
    stack.name = "s";
    stack.ns = generated.ns();
    for (const char* role : {"migrations", "runtime", "bootstrap"}) {
      if (!generated.one_in(3)) stack.applications[role] = generated.one_in(8) ? "app-typo" : generated.app_name();
    }
    if (generated.one_in(2)) stack.workload_namespace = generated.ns();
    for (int i = generated.below(3); i > 0; --i) {
      StackDatabase database;
      database.name = "db-" + std::to_string(i);
      database.connection.host = generated.cluster_name() + (generated.one_in(4) ? "" : "-rw." + generated.ns() + ".svc");
      stack.databases.push_back(database);
    }
    if (generated.one_in(2)) stack.workload_selector = {{"app.kubernetes.io/name", "temporal"}};
    return stack;
  }
  Json collected(KubeApi& api, const CollectScope& scope) const {
    Seen seen;
    const Result<Snapshot> snapshot = collect(api, scope, seen, clock);
    return snapshot ? shown(*snapshot) : Json(snapshot.error().message);
  }
  // Sometimes with what no fact asks for today.
  void expect_same(Generated& generated) {
    const Stack stack = any_stack(generated);
    const std::set<ObjectKind> in_use = generated.one_in(2) ? optional_kinds : std::set<ObjectKind>{};
    store.use_objects(in_use);
    ASSERT_EQ(shown(store.slice(stack)), collected(kube, {&stack, {}, in_use}));
    OnlyOne only;
    only.all = &kube;
    only.address = kube.address;
    only.ns = generated.ns();
    only.name = generated.app_name();
    ASSERT_EQ(shown(store.slice_application(only.ns, only.name)), collected(only, {nullptr, {only.ns}, in_use}));
  }
};

TEST_F(StoreAndCollect, give_the_same_snapshot_of_any_cluster_after_any_events) {
  Generated generated(7);
  std::size_t most = 0, most_databases = 0;
  for (int i = 0; i < 800 && !HasFatalFailure(); ++i) {
    one_event(generated);
    const Stack stack = any_stack(generated);
    const Snapshot slice = store.slice(stack);
    most = std::max(most, std::min({slice.applications.size(), slice.jobs.size(), slice.pods.size(), slice.workloads.size()}));
    most_databases = std::max(most_databases,
                              std::min({slice.postgres_clusters.size(), slice.postgres_databases.size(), slice.postgres_poolers.size()}));
    expect_same(generated);
    if (present.size() > 240) {
      for (const auto& [what, object] : std::exchange(present, {})) drop(what, object);
    }
  }
  EXPECT_GE(most, 2U) << "the generated clusters have nothing in common with any Stack";
  EXPECT_GE(most_databases, 1U) << "no Stack is on a generated cluster";
}

TEST_F(StoreAndCollect, what_is_not_marked_has_not_changed) {
  Generated generated(8);
  std::map<std::string, Json> last;
  std::vector<Stack> stacks{any_stack(generated), any_stack(generated), any_stack(generated)};
  for (std::size_t i = 0; i < stacks.size(); ++i) stacks[i].name = "s" + std::to_string(i);
  store.set_stacks(stacks);
  store.use_objects(optional_kinds);
  const auto without_versions = [](Snapshot snapshot) {
    snapshot.taken_at = Time();
    snapshot.unexamined.clear();
    for (Application& app : snapshot.applications) app.unchanged_since.reset();
    const auto forget = [](auto&... lists) {
      (std::for_each(lists.begin(), lists.end(), [](auto& object) { object.resource_version.clear(); }), ...);
    };
    forget(snapshot.replica_sets, snapshot.nodes, snapshot.claims, snapshot.application_sets, snapshot.postgres_clusters,
           snapshot.postgres_databases, snapshot.postgres_poolers);
    return shown(snapshot);
  };
  int quiet = 0;
  for (int i = 0; i < 2000 && !HasFatalFailure(); ++i) {
    one_event(generated);
    std::set<std::string> marked;
    for (const Concern& concern : store.take_dirty()) marked.insert(concern.name);
    for (const Stack& stack : stacks) {
      const Json now = without_versions(store.slice(stack));
      if (marked.contains(stack.name)) {
        last[stack.name] = now;
        continue;
      }
      ++quiet;
      if (last.contains(stack.name)) {
        ASSERT_EQ(now, last[stack.name]) << stack.name;
      }
    }
  }
  EXPECT_GT(quiet, 4000);
}

}  // namespace
}  // namespace refloat
