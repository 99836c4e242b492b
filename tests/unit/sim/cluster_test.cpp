// Argo CD, Jobs and pods together: outcomes emerge from the controllers, nothing is scripted.
#include "sim/cluster.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "model/write.h"
#include "sim/control_plane.h"
#include "sim/program.h"
#include "sim/sim_kube.h"

namespace refloat::sim {
namespace {

using namespace std::chrono_literals;

Json job(const std::string& name, bool hook) {
  Json job{{"apiVersion", "batch/v1"}, {"kind", "Job"}, {"metadata", {{"name", name}}}};
  if (hook) {
    job["metadata"]["annotations"] = {{"argocd.argoproj.io/hook", "PreSync"},
                                      {"argocd.argoproj.io/hook-delete-policy", "BeforeHookCreation"}};
  }
  job["spec"] = {{"backoffLimit", 1},
                 {"template", {{"spec", {{"restartPolicy", "Never"}, {"containers", {{{"name", "main"}, {"image", "work"}}}}}}}}};
  return job;
}

Json app(const std::string& name) {
  return {{"apiVersion", "argoproj.io/v1alpha1"},
          {"kind", "Application"},
          {"metadata", {{"name", name}, {"namespace", "argocd"}}},
          {"spec",
           {{"project", "default"},
            {"source", {{"repoURL", "repo"}, {"path", "p"}, {"targetRevision", "main"}}},
            {"destination", {{"server", "https://kubernetes.default.svc"}, {"namespace", "work"}}}}}};
}

class SimCluster : public testing::Test {
 protected:
  SimCluster() {
    cluster.admin().create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "work"}}}});
    cluster.kubelet().set_program("work", exits(0, {"done"}));
    cluster.git().commit(
        "repo",
        {{"p", {job("hook", true), {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "c"}}}, {"data", {{"k", "v"}}}}}}});
    cluster.admin().create(app("a"));
    cluster.advance(3s);
  }
  Json live() { return cluster.admin().find("argoproj.io", "applications", "argocd", "a"); }
  std::string phase() { return text_at(live(), {"status", "operationState", "phase"}); }
  void start(Json operation = {{"sync", Json::object()}}) {
    cluster.admin().patch(live(), {{"operation", std::move(operation)}, {"status", {{"operationState", nullptr}}}});
  }
  bool ends(Duration limit = 5min) {
    return cluster.wait_for([&] { return !live().contains("operation"); }, limit);
  }

  Cluster cluster;
};

TEST_F(SimCluster, SyncRunsHookThenApplies) {
  EXPECT_EQ(text_at(live(), {"status", "sync", "status"}), "OutOfSync");
  start();
  ASSERT_TRUE(ends()) << live().dump(1);
  EXPECT_EQ(phase(), "Succeeded");
  cluster.advance(5s);
  EXPECT_EQ(text_at(live(), {"status", "sync", "status"}), "Synced") << live().dump(1);
  EXPECT_EQ(text_at(live(), {"status", "health", "status"}), "Healthy");
  const Json hook = cluster.admin().find("batch", "jobs", "work", "hook");
  EXPECT_TRUE(condition_true(hook, "Complete"));
  EXPECT_TRUE(at_path(hook, {"metadata", "finalizers"}).empty());
}

TEST_F(SimCluster, FailedHookWaitsInRetryBackOffWithFinishedAt) {
  cluster.kubelet().set_program("work", exits(1, {"broken"}));
  start({{"sync", Json::object()}, {"retry", {{"limit", 1}, {"backoff", {{"duration", "30s"}, {"factor", 2}, {"maxDuration", "3m"}}}}}});
  ASSERT_TRUE(cluster.wait_for([&] { return at_path(live(), {"status", "operationState"}).contains("finishedAt"); }, 2min))
      << live().dump(1);
  EXPECT_EQ(phase(), "Running");
  EXPECT_EQ(int_at(live(), {"status", "operationState", "retryCount"}), 1);
  ASSERT_TRUE(ends(10min));
  EXPECT_EQ(phase(), "Failed");
}

TEST_F(SimCluster, SameSeedGivesTheSameTrace) {
  const auto run = [](std::uint64_t seed) {
    ClusterOptions options;
    options.seed = seed;
    Cluster c(options);
    c.admin().create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "work"}}}});
    c.kubelet().set_program("work", exits(0));
    c.git().commit("repo", {{"p", {job("hook", true), job("work", false)}}});
    Json automated = app("a");
    automated["spec"]["syncPolicy"]["automated"] = Json::object();
    c.admin().create(automated);
    c.advance(60s);
    return c.trace_digest();
  };
  EXPECT_EQ(run(7), run(7));
}

TEST_F(SimCluster, EveryRequestIsAudited) {
  SimKube kube(cluster, "refloat");
  const auto before = cluster.audit().size();
  ASSERT_TRUE(kube.get({"argoproj.io", "v1alpha1", "applications", "argocd", "a", ""}));
  ASSERT_TRUE(kube.patch({"argoproj.io", "v1alpha1", "applications", "argocd", "a", ""}, PatchType::merge,
                         {{"metadata", {{"labels", {{"x", "y"}}}}}}, {.dry_run = true}));
  EXPECT_TRUE(cluster.audit().writes_of("refloat", before).empty());
  ASSERT_TRUE(kube.patch({"argoproj.io", "v1alpha1", "applications", "argocd", "a", ""}, PatchType::merge,
                         {{"metadata", {{"labels", {{"x", "y"}}}}}}, {}));
  EXPECT_EQ(cluster.audit().writes_of("refloat", before).size(), 1U);
  EXPECT_EQ(cluster.audit().of("refloat").size(), 3U);
}

}  // namespace
}  // namespace refloat::sim
