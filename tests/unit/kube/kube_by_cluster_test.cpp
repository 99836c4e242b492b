#include "kube/kube_by_cluster.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

struct TwoClusters : testing::Test {
  std::shared_ptr<test::FakeKube> own = std::make_shared<test::FakeKube>();
  test::FakeKube* prod = nullptr;
  KubeByCluster kube{own};

  TwoClusters() {
    auto made = std::make_unique<test::FakeKube>();
    prod = made.get();
    kube.add({"prod", "https://10.0.0.1:6443", "argocd", ""}, std::move(made));
    for (test::FakeKube* cluster : {own.get(), prod}) {
      cluster->put("batch", "v1", "jobs", {{"metadata", {{"namespace", "orders"}, {"name", "migrate"}}}});
    }
  }
  static Resource job(const std::string& ns) { return {"batch", "v1", "jobs", ns, "migrate", {}}; }
};

TEST_F(TwoClusters, every_call_goes_to_the_cluster_that_the_namespace_names) {
  (void)kube.get(job("prod/orders"));
  (void)kube.list({"batch", "v1", "jobs", "prod/orders", {}, {}}, {});
  (void)kube.list({"", "v1", "nodes", "prod/", {}, {}}, {});
  (void)kube.create(job("prod/orders"), {{"metadata", {{"name", "another"}}}}, {});
  (void)kube.patch(job("prod/orders"), PatchType::merge, {{"metadata", {{"labels", {{"a", "b"}}}}}}, {});
  (void)kube.replace(job("prod/orders"), {{"metadata", {{"name", "migrate"}}}}, {});
  (void)kube.remove(job("prod/orders"), {});
  (void)kube.logs("prod/orders", "pod", {});
  const std::string orders = "/apis/batch/v1/namespaces/orders/jobs";
  EXPECT_EQ(prod->calls,
            (std::vector<std::string>{"get " + orders + "/migrate", "list " + orders, "list /api/v1/nodes", "create " + orders + "/another",
                                      "patch " + orders + "/migrate", "replace " + orders + "/migrate", "delete " + orders + "/migrate",
                                      "logs /api/v1/namespaces/orders/pods/pod/log"}));
  EXPECT_TRUE(own->calls.empty());
  EXPECT_NE(own->find(job("orders")), nullptr) << "the Job of that name in our own cluster";
}

TEST_F(TwoClusters, a_plain_namespace_is_ours) {
  ASSERT_TRUE(kube.remove(job("orders"), {}));
  EXPECT_EQ(own->find(job("orders")), nullptr);
  EXPECT_NE(prod->find(job("orders")), nullptr);
  EXPECT_TRUE(prod->calls.empty());
}

TEST_F(TwoClusters, an_unknown_cluster_is_refused_and_nobody_is_asked) {
  for (const char* ns : {"test/orders", "test/", "/orders"}) {
    const auto removed = kube.remove(job(ns), {});
    ASSERT_FALSE(removed) << ns;
    EXPECT_EQ(removed.error().kind, ErrorKind::invalid) << ns;
  }
  EXPECT_TRUE(own->calls.empty());
  EXPECT_TRUE(prod->calls.empty());
}

TEST_F(TwoClusters, credentials_for_some_namespaces_are_used_in_no_other) {
  auto made = std::make_unique<test::FakeKube>();
  const test::FakeKube* limited = made.get();
  kube.add({"limited", "https://10.0.0.3:6443", "argocd", "", {"orders"}}, std::move(made));
  EXPECT_TRUE(kube.list({"batch", "v1", "jobs", "limited/orders", {}, {}}, {}));
  for (const char* ns : {"limited/billing", "limited/"}) {
    const auto refused = kube.list({"batch", "v1", "jobs", ns, {}, {}}, {});
    ASSERT_FALSE(refused) << ns;
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  }
  EXPECT_EQ(limited->calls.size(), 1U);
}

TEST_F(TwoClusters, an_error_says_which_cluster_and_keeps_its_kind) {
  const auto missing = kube.get({"batch", "v1", "jobs", "prod/orders", "absent", {}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_EQ(missing.error().message.rfind("cluster prod: ", 0), 0U) << missing.error().message;
}

}  // namespace
}  // namespace refloat
