#include <gtest/gtest.h>

#include "unit/detect/fixture.h"

namespace refloat {
namespace {

using detect_test::now;
using detect_test::World;

ContainerState container(const std::string& waiting, bool terminated, int restarts) {
  ContainerState out;
  out.name = "temporal";
  out.waiting_reason = waiting;
  out.terminated = terminated;
  out.restarts = restarts;
  return out;
}

const Json crashing{{"role", "runtime"}, {"waiting", Json::array({"CrashLoopBackOff"})}};

TEST(Pods, BetweenTwoCrashesItIsTheSameLoop) {
  World world;
  world.workload_pod("history", false).containers = {container("", true, 3)};
  EXPECT_EQ(world.truth("pods", crashing), Truth::yes);
  world.snapshot.pods.front().containers = {container("", true, 0)};
  EXPECT_EQ(world.truth("pods", crashing), Truth::no);
}

TEST(Pods, OnlyTheStacksOwnCount) {
  World world;
  Pod& pod = world.workload_pod("history", false);
  pod.containers = {container("CrashLoopBackOff", false, 3)};
  EXPECT_EQ(world.truth("pods", crashing), Truth::yes);
  pod.labels = {{"app", "other"}};
  EXPECT_EQ(world.truth("pods", crashing), Truth::no);
  pod.labels = {{"app", "temporal"}};
  pod.ref.ns = "prod";
  EXPECT_EQ(world.truth("pods", crashing), Truth::no);
}

TEST(Pods, OnTheirWayOutDoNotCount) {
  World world;
  world.workload_pod("history", false).deletion_at = now;
  EXPECT_EQ(world.truth("pods", {{"notReady", true}}), Truth::no);
}

TEST(Pods, OfAnotherRoleAreThoseOfItsJobs) {
  World world;
  world.pod_of(world.hook(), "Pending");
  EXPECT_EQ(world.truth("pods", {{"role", "migrations"}, {"notReady", true}}), Truth::yes);
  EXPECT_EQ(world.truth("pods", {{"role", "runtime"}, {"notReady", true}}), Truth::no);
}

TEST(Pods, EvidenceStaysTheSameWhileRestartsGrow) {
  World world;
  world.workload_pod("history", false).containers = {container("CrashLoopBackOff", false, 3)};
  const std::string before = world.ask("pods", crashing).evidence.front().observed;
  world.snapshot.pods.front().containers = {container("", true, 9)};
  EXPECT_EQ(world.ask("pods", crashing).evidence.front().observed, before);
}

TEST(Pods, ManyAreShortened) {
  World world;
  for (int i = 0; i < 20; ++i) world.workload_pod("p" + std::to_string(i), false);
  EXPECT_LE(world.ask("pods", {{"notReady", true}}).evidence.size(), 4U);
}

TEST(Role, IsTheSubjectsOwn) {
  World world;
  EXPECT_EQ(world.truth("role", {{"is", "bootstrap"}}, {&world.app("seed"), nullptr}), Truth::yes);
  EXPECT_EQ(world.truth("role", {{"is", "none"}}, {&world.app("seed"), nullptr}), Truth::no);
  world.stack.applications.erase("bootstrap");
  EXPECT_EQ(world.truth("role", {{"is", "none"}}, {&world.app("seed"), nullptr}), Truth::yes);
}

TEST(Log, QuotesTheLineWithoutControlCharacters) {
  World world;
  world.snapshot.logs = {{"history-0", "temporal", false, now, {"fine", "relation \"schema_version\" does not exist\x1b[0m"}}};
  const Judgement found = world.ask("log", {{"contains", "schema_version"}});
  EXPECT_EQ(found.truth, Truth::yes);
  EXPECT_EQ(found.evidence.front().observed.find('\x1b'), std::string::npos);
  EXPECT_EQ(world.truth("log", {{"contains", "no space"}}), Truth::no);
}

}  // namespace
}  // namespace refloat
