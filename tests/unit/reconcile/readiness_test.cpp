#include "reconcile/readiness.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace refloat {
namespace {

using namespace std::chrono_literals;

WatchReport watch(const std::string& resource, WatchPhase phase = WatchPhase::following, bool synced = true, Duration lag = 20s) {
  WatchReport report;
  report.resource = resource;
  report.health.phase = phase;
  report.health.synced = synced;
  report.health.lag = lag;
  return report;
}

struct Readiness : testing::Test {
  ReadinessView view{.started = true,
                     .stopping = false,
                     .watches = {watch("stacks.refloat.dev"), watch("applications.argoproj.io"), watch("pods")},
                     .since_lease = 4s};
  std::string why() const { return why_not_ready(view); }
};

TEST_F(Readiness, all_is_well) {
  EXPECT_EQ(why(), "");
}

TEST_F(Readiness, not_before_the_watches_are_set_up) {
  view = {};
  EXPECT_EQ(why(), "starting") << "no watch at all is no proof that all are listed";
}

TEST_F(Readiness, not_before_everything_is_listed) {
  view.watches[2] = watch("pods", WatchPhase::listing, false);
  EXPECT_EQ(why(), "pods is not listed yet");
}

TEST_F(Readiness, another_cluster_that_is_down_is_no_reason_to_restart) {
  view.watches[2] = watch("pods", WatchPhase::listing, false, 2h);
  view.watches[2].cluster = "prod";
  EXPECT_EQ(why(), "");
}

// Between lists the old view is kept: a reconnect is no outage.
TEST_F(Readiness, a_short_gap_is_no_outage) {
  view.watches[1] = watch("applications.argoproj.io", WatchPhase::waiting, true, 2min);
  EXPECT_EQ(why(), "");
}

TEST_F(Readiness, not_while_a_watch_is_lost_for_long) {
  for (const WatchPhase phase : {WatchPhase::waiting, WatchPhase::listing, WatchPhase::following}) {
    for (WatchReport& each : view.watches) {
      const WatchReport whole = each;
      each = watch(whole.resource, phase, true, 4min);
      EXPECT_EQ(why(), whole.resource + " was heard of last 4m ago") << to_string(phase);
      each = whole;
    }
  }
}

TEST_F(Readiness, not_without_a_right_to_watch_what_matters) {
  view.watches[0] = watch("stacks.refloat.dev", WatchPhase::absent, false, 1h);
  EXPECT_EQ(why(), "stacks.refloat.dev is not installed");
  view.watches[0] = watch("stacks.refloat.dev", WatchPhase::denied, true, 1h);
  EXPECT_EQ(why(), "stacks.refloat.dev may not be watched") << "also when it was listed once";
}

TEST_F(Readiness, what_may_be_missing_does_not_hold_it_up) {
  view.watches[2] = watch("pods", WatchPhase::denied, false, 1h);
  EXPECT_EQ(why(), "");
  for (const WatchPhase phase : {WatchPhase::denied, WatchPhase::absent}) {
    view.watches[2] = watch("playbooks.refloat.dev", phase, false, 1h);
    EXPECT_EQ(why(), "") << "then there are the built-in ones";
  }
}

TEST_F(Readiness, what_is_optional_does_not_hold_it_up) {
  view.watches.push_back(watch("nodes", WatchPhase::listing, false, 1h));
  EXPECT_EQ(why(), "nodes is not listed yet");
  view.watches.back().optional = true;
  EXPECT_EQ(why(), "");
  EXPECT_EQ(not_listed(view.watches), "");
  view.watches.back() = watch("nodes", WatchPhase::waiting, true, 1h);
  EXPECT_EQ(why(), "nodes was heard of last 1h ago");
  view.watches.back().optional = true;
  EXPECT_EQ(why(), "");
}

TEST_F(Readiness, not_while_nothing_is_heard_of_the_lease) {
  view.since_lease = 29s;
  EXPECT_EQ(why(), "");
  view.since_lease = 31s;
  EXPECT_EQ(why(), "no answer about the Lease for 31s");
}

TEST_F(Readiness, not_once_it_was_asked_to_stop) {
  view.stopping = true;
  EXPECT_EQ(why(), "stopping");
}

}  // namespace
}  // namespace refloat
