// Every fault that concerns requests does what its name says, and counts.
#include "sim/faults.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/write.h"
#include "sim/cluster.h"
#include "sim/sim_kube.h"

namespace refloat::sim {
namespace {

struct Died {
  CrashPoint at;
};

class SimFaults : public testing::Test {
 protected:
  SimFaults() {
    cluster.admin().create(config("c"));
    kube.on_crash([](CrashPoint at) { throw Died{at}; });
  }
  static Json config(const std::string& name) {
    return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", "default"}}}};
  }
  Result<Json> write(const std::string& value = "1") { return kube.patch(path, PatchType::merge, {{"data", {{"k", value}}}}, {}); }
  std::string value() { return text_at(cluster.admin().find("", "configmaps", "default", "c"), {"data", "k"}); }
  // Kind of the error, or nothing.
  static std::string kind(const Error& error) { return to_string(error.kind); }

  Cluster cluster;
  SimKube kube{cluster, "refloat"};
  const Resource path{"", "v1", "configmaps", "default", "c", ""};
  const Resource all{"", "v1", "configmaps", "default", "", ""};
};

TEST_F(SimFaults, EveryRowHasItsOwnNameAndPlace) {
  std::set<std::string> names;
  std::size_t row = 0;
  for (const FaultPlace& place : fault_places()) {
    EXPECT_EQ(static_cast<std::size_t>(place.fault), row++);
    EXPECT_TRUE(names.insert(place.name).second) << place.name;
    EXPECT_FALSE(std::string(place.place).empty());
  }
}

TEST_F(SimFaults, CrashBeforeSendingLeavesNothing) {
  cluster.faults().arm(Fault::crash_after_intent);
  EXPECT_THROW((void)write(), Died);
  EXPECT_EQ(value(), "");
  EXPECT_EQ(cluster.faults().fired(Fault::crash_after_intent), 1);
  EXPECT_TRUE(write()) << "once only";
}

TEST_F(SimFaults, CrashAfterTheEffectLeavesIt) {
  cluster.faults().arm(Fault::crash_after_effect);
  EXPECT_THROW((void)write(), Died);
  EXPECT_EQ(value(), "1");
  EXPECT_TRUE(cluster.audit().all().back().answer_lost);
}

TEST_F(SimFaults, LostAnswerIsAmbiguousAndCommitted) {
  cluster.faults().arm(Fault::answer_lost);
  const auto answer = write();
  ASSERT_FALSE(answer);
  EXPECT_EQ(kind(answer.error()), "ambiguous");
  EXPECT_EQ(value(), "1");
}

TEST_F(SimFaults, RivalTurnsAVersionedPatchIntoAConflict) {
  const auto seen = kube.get(path);
  ASSERT_TRUE(seen);
  cluster.faults().arm(Fault::conflict_storm, 2);
  for (int i = 0; i < 2; ++i) {
    const auto refused = kube.patch(
        path, PatchType::merge,
        {{"metadata", {{"resourceVersion", text_at(*kube.get(path), {"metadata", "resourceVersion"})}}}, {"data", {{"k", "1"}}}}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(kind(refused.error()), "stale");
  }
  EXPECT_EQ(value(), "");
}

TEST_F(SimFaults, RefusalsHaveTheirKinds) {
  const std::vector<std::pair<Fault, std::string>> expected{
      {Fault::access_lost, "unauthenticated"}, {Fault::throttled, "transient"}, {Fault::connection_dropped, "ambiguous"}};
  for (const auto& [fault, name] : expected) {
    cluster.faults().arm(fault);
    const auto refused = write();
    ASSERT_FALSE(refused) << to_string(fault);
    EXPECT_EQ(kind(refused.error()), name) << to_string(fault);
    EXPECT_EQ(value(), "");
  }
}

TEST_F(SimFaults, ListsGoWrong) {
  ASSERT_TRUE(kube.list(all, {}));
  cluster.admin().create(config("d"));
  cluster.faults().arm(Fault::list_goes_back);
  EXPECT_EQ(kube.list(all, {})->items.size(), 1U);
  EXPECT_EQ(kube.list(all, {})->items.size(), 2U);
  cluster.faults().arm(Fault::gone_repeats_on_relist, 2);
  EXPECT_EQ(kind(kube.list(all, {}).error()), "gone");
  EXPECT_EQ(kind(kube.list(all, {}).error()), "gone");
  EXPECT_TRUE(kube.list(all, {}));
}

TEST_F(SimFaults, ObjectChangesUnderADelete) {
  const auto seen = kube.get(path);
  DeleteOptions options;
  options.uid = text_at(*seen, {"metadata", "uid"});
  cluster.faults().arm(Fault::same_name_new_uid);
  const auto refused = kube.remove(path, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(kind(refused.error()), "stale");
  EXPECT_FALSE(cluster.admin().find("", "configmaps", "default", "c").is_null());
}

TEST_F(SimFaults, MatcherChoosesTheRequest) {
  cluster.faults().arm(Fault::access_lost, 1, [](const FaultPoint& at) { return at.verb == "patch"; });
  EXPECT_TRUE(kube.get(path));
  EXPECT_FALSE(write());
}

}  // namespace
}  // namespace refloat::sim
