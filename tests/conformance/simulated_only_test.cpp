// Cases that cannot be made on a real cluster: each names its reason in the list of rules.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "conformance/conformance_test.h"
#include "conformance/simulated.h"
#include "kube/kube_api.h"
#include "sim/faults.h"

namespace refloat::conformance {
namespace {

using sim::Fault;

class ConformanceSimulated : public testing::Test {
 protected:
  Resource configs() { return {"", "v1", "configmaps", fixture.ns(), "", ""}; }
  void make_configs(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(fixture.api().create(
          configs(), {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "c" + std::to_string(i)}}}}, {}));
    }
  }
  SimulatedFixture fixture;
};

TEST_F(ConformanceSimulated, expired_continue_starts_again) {
  make_configs(5);
  sim::ApiServer& server = fixture.cluster().api();
  const auto first = server.list("x", configs(), {"", "", 2});
  const std::string token = text_at(first.body, {"metadata", "continue"});
  server.expire_continue_tokens();
  const auto expired = server.list("x", configs(), {"", token, 2});
  EXPECT_EQ(expired.status, 410);
  EXPECT_EQ(text_at(expired.body, {"reason"}), "Expired");
  const std::string fresh = text_at(expired.body, {"metadata", "continue"});
  ASSERT_FALSE(fresh.empty());
  EXPECT_EQ(server.list("x", configs(), {"", fresh, 0}).body["items"].size(), 3U);
  fixture.cluster().faults().arm(Fault::gone_in_mid_list);
  ListOptions options;
  options.page_size = 2;
  auto whole = fixture.api().list(configs(), options);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->items.size(), 5U);
  EXPECT_EQ(fixture.cluster().faults().fired(Fault::gone_in_mid_list), 1);
}

class ConformanceSimulatedArgo : public Conformance {
 protected:
  void SetUp() override { fixture = make_simulated_fixture(""); }
};

TEST_F(ConformanceSimulatedArgo, comparison_error_ends_and_leaves_hook) {
  given_app({hook_job({600, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  fixture->break_repo();
  ASSERT_TRUE(patch_app({{"status", {{"operationState", {{"phase", "Terminating"}}}}}}));
  ASSERT_TRUE(ends());
  EXPECT_EQ(phase(), "Error") << app().dump(1);
  fixture->advance(2s);
  EXPECT_FALSE(hook()["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(at_path(hook(), {"metadata", "finalizers"}), Json({"argocd.argoproj.io/hook-finalizer"}));
}

TEST_F(ConformanceSimulated, throttling_is_plain_text) {
  fixture.cluster().faults().arm(Fault::throttled);
  auto refused = fixture.api().get({"", "v1", "namespaces", "", "argocd", ""});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::transient);
  EXPECT_GT(refused.error().retry_after_s, 0);
  EXPECT_TRUE(fixture.api().get({"", "v1", "namespaces", "", "argocd", ""}));
}

TEST_F(ConformanceSimulated, missing_right_is_refused) {
  make_configs(1);
  fixture.cluster().api().access().deny({"conformance", "delete", "", "configmaps", "", ""});
  Resource c = configs();
  c.name = "c0";
  auto refused = fixture.api().remove(c, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  const auto answer = fixture.api().can_i({"delete", "", "configmaps", "", fixture.ns(), ""});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->allowed);
  EXPECT_TRUE(fixture.api().can_i({"get", "", "configmaps", "", fixture.ns(), ""})->allowed);
}

}  // namespace
}  // namespace refloat::conformance
