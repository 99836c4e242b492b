// Objects of two clusters, called the same: collect() and the store tell them apart, and say the same.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cache/collect.h"
#include "cache/store.h"
#include "kube/kube_by_cluster.h"
#include "model/place.h"
#include "unit/cache/store_of.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_kube.h"
#include "unit/support/shown.h"

namespace refloat {
namespace {

using test::shown;
using test::StoreOf;

struct DestinationClusters : testing::Test {
  test::FakeClock clock;
  std::shared_ptr<test::FakeKube> own = std::make_shared<test::FakeKube>();
  test::FakeKube* prod = nullptr;
  std::unique_ptr<KubeByCluster> kube = std::make_unique<KubeByCluster>(own);
  std::unique_ptr<Store> store;
  Stack stack = StoreOf::stack("s", "orders");

  DestinationClusters() {
    auto made = std::make_unique<test::FakeKube>();
    prod = made.get();
    kube->add({"prod", "https://10.0.0.1:6443", "argocd", ""}, std::move(made));
    store = std::make_unique<Store>(kube->destinations(), clock);
    store->use_objects(test::optional_kinds);
    for (const std::string& everywhere : {std::string(), std::string("prod/")}) {
      for (const Watched what : test::kinds) {
        store->sink(what, everywhere)->list_begins();
        store->sink(what, everywhere)->list_ends();
      }
    }
    stack.workload_namespace = "prod/app";
    stack.workload_selector = {{"app", "orders"}};
    put_project({{"server", "*"}, {"namespace", "*"}});
    put_application({{"name", "prod"}});
    for (const char* cluster : {"", "prod"}) put_workloads(cluster);
  }

  void put(const std::string& cluster, Watched what, const Json& object) {
    test::FakeKube& in = cluster.empty() ? *own : *prod;
    const Resource at = StoreOf::at_of(what, object);
    in.put(at.group, at.version, at.plural, object);
    store->sink(what, namespace_in(cluster, ""))->changed(in.find(at)->dump());
  }
  void put_project(const Json& destination, const std::string& ns = "argocd") {
    put("", Watched::project, StoreOf::object(ns, "default", {{"spec", {{"destinations", Json::array({destination})}}}}));
  }
  void put_application(Json destination, const std::string& ns = "app") {
    destination["namespace"] = ns;
    Json app = StoreOf::object("argocd", "orders", {{"spec", {{"destination", destination}}}});
    app["status"]["resources"] = {{{"kind", "Job"}, {"group", "batch"}, {"namespace", "app"}, {"name", "migrate"}}};
    put("", Watched::application, app);
  }
  void put_workloads(const std::string& cluster) {
    const auto here = [&](Json object) {
      object["metadata"]["uid"] = "uid-" + cluster + "-" + text_at(object, {"metadata", "name"});
      return object;
    };
    put(cluster, Watched::job, here(StoreOf::tracked("migrate", "orders", {{"active", 1}})));
    put(cluster, Watched::deployment, here(StoreOf::object("app", "frontend", {{"metadata", {{"labels", {{"app", "orders"}}}}}})));
    put(cluster, Watched::pod, here(StoreOf::object("app", "frontend-1", {{"metadata", {{"labels", {{"app", "orders"}}}}}})));
    put(cluster, Watched::claim, here(StoreOf::object("app", "data")));
    put(cluster, Watched::node, here({{"metadata", {{"name", "node-1"}}}}));
  }

  Snapshot collected() {
    Seen seen;
    auto snapshot = collect(*kube, {&stack, {}, test::optional_kinds}, seen, clock);
    EXPECT_TRUE(snapshot) << (snapshot ? "" : snapshot.error().message);
    return snapshot ? std::move(*snapshot) : Snapshot{};
  }
};

TEST_F(DestinationClusters, what_an_application_deploys_is_found_in_its_cluster_only) {
  const Snapshot snapshot = collected();
  EXPECT_TRUE(snapshot.unexamined.empty()) << snapshot.unexamined.front().what << ": " << snapshot.unexamined.front().why;
  ASSERT_EQ(snapshot.jobs.size(), 1U);
  EXPECT_EQ(snapshot.jobs[0].ref.ns, "prod/app");
  EXPECT_EQ(snapshot.jobs[0].ref.uid, "uid-prod-migrate");
  ASSERT_EQ(snapshot.workloads.size(), 1U);
  EXPECT_EQ(snapshot.workloads[0].ref.uid, "uid-prod-frontend");
  ASSERT_EQ(snapshot.pods.size(), 1U);
  EXPECT_EQ(snapshot.pods[0].ref.uid, "uid-prod-frontend-1");
  ASSERT_EQ(snapshot.claims.size(), 1U);
  EXPECT_EQ(snapshot.claims[0].ref.uid, "uid-prod-data");
  ASSERT_EQ(snapshot.nodes.size(), 1U);
  EXPECT_EQ(snapshot.nodes[0].ref.uid, "uid-prod-node-1");
  EXPECT_EQ(snapshot.jobs_of(snapshot.applications[0]).size(), 1U);
}

TEST_F(DestinationClusters, the_store_says_the_same) {
  EXPECT_EQ(shown(store->slice(stack)), shown(collected()));
  put_application({{"server", "https://10.0.0.1:6443"}});
  EXPECT_EQ(shown(store->slice(stack)), shown(collected())) << "by address";
  stack.workload_namespace = "app";
  put_application({{"server", "https://kubernetes.default.svc"}});
  const Snapshot own_ones = store->slice(stack);
  EXPECT_EQ(shown(own_ones), shown(collected()));
  ASSERT_EQ(own_ones.jobs.size(), 1U);
  EXPECT_EQ(own_ones.jobs[0].ref.uid, "uid--migrate");
}

TEST_F(DestinationClusters, a_stack_that_names_no_cluster_reaches_into_none_and_is_told_which_is_meant) {
  stack.workload_namespace = "app";
  for (const Snapshot& snapshot : {collected(), store->slice(stack)}) {
    ASSERT_EQ(snapshot.unexamined.size(), 1U);
    EXPECT_EQ(snapshot.unexamined[0].what, "namespace app");
    EXPECT_NE(snapshot.unexamined[0].why.find("set workloads.cluster to prod"), std::string::npos) << snapshot.unexamined[0].why;
    EXPECT_TRUE(snapshot.pods.empty()) << "only the selector would choose one";
  }
}

TEST_F(DestinationClusters, a_cluster_that_nobody_named_is_unexamined) {
  put_application({{"name", "test"}});
  for (const Snapshot& snapshot : {collected(), store->slice(stack)}) {
    ASSERT_FALSE(snapshot.unexamined.empty());
    EXPECT_EQ(snapshot.unexamined[0].what, "objects of Application argocd/orders");
    EXPECT_TRUE(snapshot.jobs.empty());
    EXPECT_FALSE(snapshot.is_destination("prod/app"));
    EXPECT_FALSE(snapshot.is_destination("app"));
  }
}

// The Application is only a wish, and we would act with Argo CD's rights.
TEST_F(DestinationClusters, where_its_project_does_not_let_it_deploy_nothing_is_looked_at) {
  for (const Json& destination : {Json{{"server", "*"}, {"namespace", "other"}}, Json{{"name", "test"}, {"namespace", "*"}}}) {
    put_project(destination);
    for (const Snapshot& snapshot : {collected(), store->slice(stack)}) {
      ASSERT_FALSE(snapshot.unexamined.empty());
      EXPECT_NE(snapshot.unexamined[0].why.find("its AppProject does not permit"), std::string::npos) << snapshot.unexamined[0].why;
      EXPECT_TRUE(snapshot.jobs.empty() && snapshot.pods.empty() && snapshot.workloads.empty());
      EXPECT_FALSE(snapshot.is_destination("prod/app"));
    }
  }
  EXPECT_EQ(prod->count("get "), 0);
  EXPECT_EQ(prod->count("list "), 0);
}

TEST_F(DestinationClusters, a_cluster_called_by_a_namespace_is_none) {
  put_application({{"server", "https://kubernetes.default.svc"}}, "prod/app");
  for (const Snapshot& snapshot : {collected(), store->slice(stack)}) {
    EXPECT_FALSE(snapshot.is_destination("prod/app"));
    EXPECT_TRUE(snapshot.pods.empty() && snapshot.jobs.empty());
    ASSERT_FALSE(snapshot.unexamined.empty());
  }
  EXPECT_TRUE(prod->calls.empty());
}

TEST_F(DestinationClusters, a_kind_that_may_not_be_listed_there_is_a_gap_of_that_cluster) {
  prod->fail = [](const std::string& verb, const Resource& resource) {
    return verb == "list" && resource.plural == "jobs" ? std::optional(Error{ErrorKind::denied, "forbidden"}) : std::nullopt;
  };
  const Snapshot snapshot = collected();
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].what, "jobs.batch in namespace prod/app");
}

TEST_F(DestinationClusters, a_cluster_that_does_not_answer_gives_no_half_view) {
  prod->fail = [](const std::string&, const Resource&) { return Error{ErrorKind::transient, "connection refused"}; };
  Seen seen;
  const auto snapshot = collect(*kube, {&stack, {}, {}}, seen, clock);
  ASSERT_FALSE(snapshot);
  EXPECT_NE(snapshot.error().message.find("cluster prod: connection refused"), std::string::npos) << snapshot.error().message;
}

TEST_F(DestinationClusters, a_change_there_wakes_the_stack_and_one_here_does_not) {
  store->set_stacks({stack});
  (void)store->take_dirty();
  const Json pod = StoreOf::object("app", "frontend-2", {{"metadata", {{"uid", "uid-2"}, {"labels", {{"app", "orders"}}}}}});
  put("", Watched::pod, pod);
  EXPECT_TRUE(store->take_dirty().empty());
  put("prod", Watched::pod, pod);
  const auto dirty = store->take_dirty();
  ASSERT_EQ(dirty.size(), 1U);
  EXPECT_EQ(dirty[0].name, "s");
}

TEST_F(DestinationClusters, what_a_stream_of_one_cluster_no_longer_lists_is_gone_there_only) {
  store->sink(Watched::job, "prod/")->list_begins();
  store->sink(Watched::job, "prod/")->list_ends();
  EXPECT_TRUE(store->slice(stack).jobs.empty());
  EXPECT_EQ(store->count(Watched::job), 1U);
}

}  // namespace
}  // namespace refloat
