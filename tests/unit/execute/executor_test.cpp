// What leaves the program with an effect.
#include "execute/executor.h"

#include <gtest/gtest.h>

#include "argo/client/operations.h"
#include "unit/support/fake_kube.h"
#include "unit/support/healthy_stack.h"

namespace refloat {
namespace {

struct AskedToDelete final : test::FakeKube {
  DeleteOptions options;
  Result<Json> remove(const Resource& at, const DeleteOptions& asked) override {
    options = asked;
    return FakeKube::remove(at, asked);
  }
};

TEST(Executor, a_deletion_carries_uid_and_resource_version) {
  AskedToDelete kube;
  kube.put("batch", "v1", "jobs", {{"metadata", {{"namespace", "dev"}, {"name", "old"}, {"uid", "uid-of-another"}}}});
  Job job = testing_support::job("old", "dev-bootstrap", false);
  job.ref.uid = "uid-old";
  job.resource_version = "200";
  EXPECT_EQ(send(kube, delete_job(job), false).state, EffectState::stale) << "another object of that name";
  EXPECT_EQ(kube.options.uid, "uid-old");
  EXPECT_EQ(kube.options.resource_version, "200");
}

}  // namespace
}  // namespace refloat
