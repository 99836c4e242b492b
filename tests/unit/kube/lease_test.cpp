#include "kube/lease.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "unit/kube/support.h"

namespace refloat {
namespace {

using test::ManualClock;
using namespace std::chrono_literals;

// One stored Lease with the API server's rule for versions; `before_write` may let a rival in.
class OneLease final : public KubeApi {
 public:
  std::string server() const override { return "memory"; }
  Result<Json> get(const Resource& /*object*/) override {
    if (fail) return *fail;
    if (lease.is_null()) return Error{ErrorKind::not_found, "no lease"};
    return lease;
  }
  Result<Json> create(const Resource& /*resource*/, const Json& body, const WriteOptions& /*options*/) override {
    if (before_write) before_write();
    return lease.is_null() ? store(body) : Result<Json>(Error{ErrorKind::stale, "already exists"});
  }
  Result<Json> replace(const Resource& /*object*/, const Json& body, const WriteOptions& /*options*/) override {
    if (before_write) before_write();
    const bool current = text_at(body, {"metadata", "resourceVersion"}) == std::to_string(version_);
    return current ? store(body) : Result<Json>(Error{ErrorKind::stale, "modified"});
  }
  Result<Json> get_raw(const std::string& /*path*/) override { return unused(); }
  Result<ObjectList> list(const Resource& /*resource*/, const ListOptions& /*options*/) override { return unused(); }
  Result<Json> patch(const Resource& /*object*/, PatchType /*type*/, const Json& /*body*/, const WriteOptions& /*options*/) override {
    return unused();
  }
  Result<Json> remove(const Resource& /*object*/, const DeleteOptions& /*options*/) override { return unused(); }
  Result<std::string> logs(const std::string& /*ns*/, const std::string& /*pod*/, const LogOptions& /*options*/) override {
    return unused();
  }
  Result<AccessAnswer> can_i(const AccessQuestion& /*question*/) override { return unused(); }

  Result<Json> store(Json body) {
    lease = std::move(body);
    lease["metadata"]["resourceVersion"] = std::to_string(++version_);
    return lease;
  }
  [[nodiscard]] std::string holder() const { return text_at(lease, {"spec", "holderIdentity"}); }

  Json lease;
  std::function<void()> before_write;
  std::optional<Error> fail;

 private:
  static Error unused() { return {ErrorKind::invalid, "not part of this test"}; }
  int version_ = 0;
};

class Lease : public testing::Test {
 protected:
  LeaseLock lock(const std::string& holder) { return {api_, clock_, {"argocd", "recovery", holder}}; }

  OneLease api_;
  ManualClock clock_;
};

TEST_F(Lease, IsCreatedWhenThereIsNone) {
  LeaseLock ours = lock("us");
  EXPECT_FALSE(ours.held());
  ASSERT_TRUE(ours.try_acquire()->ours);
  EXPECT_TRUE(ours.held());
  EXPECT_EQ(api_.holder(), "us");
  EXPECT_EQ(int_at(api_.lease, {"spec", "leaseDurationSeconds"}), 15);
}

TEST_F(Lease, BelongsToOneAtATime) {
  LeaseLock ours = lock("us");
  LeaseLock theirs = lock("them");
  ASSERT_TRUE(ours.try_acquire()->ours);
  const Result<LeaseState> state = theirs.try_acquire();
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->ours);
  EXPECT_EQ(state->holder, "us");
  EXPECT_FALSE(theirs.held());
}

TEST_F(Lease, IsTakenOnlyAfterItDidNotChangeForItsDuration) {
  LeaseLock ours = lock("us");
  LeaseLock theirs = lock("them");
  (void)ours.try_acquire();
  (void)theirs.try_acquire();
  clock_.pass(14s);
  EXPECT_FALSE(theirs.try_acquire()->ours);
  (void)ours.try_acquire();  // a sign of life
  EXPECT_FALSE(theirs.try_acquire()->ours);
  clock_.pass(14s);
  EXPECT_FALSE(theirs.try_acquire()->ours);
  clock_.pass(1s);
  EXPECT_TRUE(theirs.try_acquire()->ours);
  EXPECT_EQ(int_at(api_.lease, {"spec", "leaseTransitions"}), 1);
}

TEST_F(Lease, DoesNotBelieveAnotherMachinesClock) {
  LeaseLock ours = lock("us");
  (void)ours.try_acquire();
  api_.lease["spec"]["renewTime"] = "2001-01-01T00:00:00.000000Z";
  LeaseLock theirs = lock("them");
  EXPECT_FALSE(theirs.try_acquire()->ours) << "first seen now: alive for its whole duration";
}

TEST_F(Lease, ObeysTheDurationInTheRecord) {
  LeaseLock ours(api_, clock_, {"argocd", "recovery", "us", 60s, 40s});
  (void)ours.try_acquire();
  LeaseLock theirs = lock("them");
  (void)theirs.try_acquire();
  clock_.pass(30s);
  EXPECT_FALSE(theirs.try_acquire()->ours);
}

TEST_F(Lease, RenewalKeepsWhenItWasAcquired) {
  LeaseLock ours = lock("us");
  (void)ours.try_acquire();
  const Json before = api_.lease["spec"];
  clock_.pass(5s);
  ASSERT_TRUE(ours.try_acquire()->ours);
  EXPECT_EQ(api_.lease["spec"]["acquireTime"], before["acquireTime"]);
  EXPECT_EQ(api_.lease["spec"]["leaseTransitions"], before["leaseTransitions"]);
  EXPECT_NE(api_.lease["spec"]["renewTime"], before["renewTime"]);
}

TEST_F(Lease, StopsCountingWithoutRenewal) {
  LeaseLock ours = lock("us");
  (void)ours.try_acquire();
  clock_.pass(9s);
  api_.fail = Error{ErrorKind::transient, "down"};
  EXPECT_FALSE(ours.try_acquire());
  EXPECT_TRUE(ours.held());
  clock_.pass(1s);
  EXPECT_FALSE(ours.held());
}

// Then nobody knows how long ago it was renewed.
TEST_F(Lease, IsNotHeldWhileTheClockIsBehindItsRenewal) {
  LeaseLock ours = lock("us");
  (void)ours.try_acquire();
  clock_.pass(-1h);
  EXPECT_FALSE(ours.held());
  (void)ours.try_acquire();
  EXPECT_TRUE(ours.held());
}

TEST_F(Lease, AClockThatWasSetBackWaitsForNoLongerThanTheDuration) {
  LeaseLock dead = lock("them");
  (void)dead.try_acquire();
  LeaseLock ours = lock("us");
  EXPECT_FALSE(ours.try_acquire()->ours);
  clock_.pass(-1h);
  EXPECT_FALSE(ours.try_acquire()->ours);
  clock_.pass(16s);
  EXPECT_TRUE(ours.try_acquire()->ours);
}

TEST_F(Lease, ALostRaceIsNotOurs) {
  LeaseLock rival = lock("them");
  LeaseLock ours = lock("us");
  api_.before_write = [&] {
    api_.before_write = nullptr;
    (void)rival.try_acquire();
  };
  const Result<LeaseState> state = ours.try_acquire();
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->ours);
  EXPECT_FALSE(ours.held());
  EXPECT_EQ(api_.holder(), "them");
}

TEST_F(Lease, IsFreeAtOnceAfterRelease) {
  LeaseLock ours = lock("us");
  (void)ours.try_acquire();
  ASSERT_TRUE(ours.release());
  EXPECT_FALSE(ours.held());
  LeaseLock theirs = lock("them");
  EXPECT_TRUE(theirs.try_acquire()->ours);
}

TEST_F(Lease, ReleaseLeavesAnothersAlone) {
  LeaseLock theirs = lock("them");
  (void)theirs.try_acquire();
  LeaseLock ours = lock("us");
  ASSERT_TRUE(ours.release());
  EXPECT_EQ(api_.holder(), "them");
}

TEST_F(Lease, KnowsThatItWasTakenOver) {
  LeaseLock ours = lock("us");
  (void)ours.try_acquire();
  api_.lease["spec"]["holderIdentity"] = "them";
  EXPECT_FALSE(ours.try_acquire()->ours);
  EXPECT_FALSE(ours.held());
}

}  // namespace
}  // namespace refloat
