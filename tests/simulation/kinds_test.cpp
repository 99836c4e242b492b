// People and replicas at the same Recovery, through the simulated API server and with its faults: the commands as they are run, and what
// the controller's functions make of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/engine.h"
#include "cli/run.h"
#include "journal/event_recorder.h"
#include "journal/recoveries.h"
#include "report/notes.h"
#include "sim/cluster.h"
#include "sim/sim_kube.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_databases.h"

namespace refloat::simulation {
namespace {

struct Kinds : testing::Test {
  sim::Cluster cluster;
  sim::SimKube kube{cluster, "refloat"};
  Stack stack;
  Plan plan;
  std::string out, err;

  Kinds() {
    cluster.admin().create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "argocd"}}}});
    cluster.admin().create({{"apiVersion", "refloat.dev/v1alpha1"},
                            {"kind", "Stack"},
                            {"metadata", {{"name", "orders"}, {"namespace", "argocd"}}},
                            {"spec", {{"mode", "Approve"}, {"applications", {{"migrations", "m"}}}}}});
    stack.name = "orders";
    stack.ns = "argocd";
    const Json object = stack_object();
    stack.uid = text_at(object, {"metadata", "uid"});
    stack.generation = int_at(object, {"metadata", "generation"});
    plan.stack = stack.name;
    plan.ns = stack.ns;
    plan.made_at = cluster.now();
    plan.digest = std::string(64, 'd');
    PlanStep step;
    step.id = "migrate-1";
    step.phase = Phase::migrate;
    plan.steps = {step};
  }
  Json stack_object() { return cluster.admin().find("refloat.dev", "stacks", "argocd", "orders"); }
  Json stored(const Recovery& r) { return cluster.admin().find("refloat.dev", "recoveries", r.ns, r.name); }

  // A command line, as this user.
  int run(const std::string& user, const std::vector<std::string>& arguments) {
    std::ostringstream out_stream, err_stream;
    std::istringstream in_stream;
    Console console{out_stream, err_stream, in_stream};
    Engine engine = real_engine();
    engine.open_world = [&](const Options&) -> Result<World> {
      World world;
      world.kube = std::make_unique<sim::SimKube>(cluster, user);
      world.databases = std::make_unique<test::FakeDatabases>();
      world.clock = std::make_unique<test::FakeClock>();
      world.cluster = "simulated";
      return world;
    };
    const int code = refloat::run("refloat", arguments, all_commands(), console, engine);
    out = out_stream.str();
    err = err_stream.str();
    return code;
  }
};

TEST_F(Kinds, TheCatalogueShowsUsersPlaybooksWhereItIsAsked) {
  const auto playbook = [](const std::string& name, const char* fact) {
    const Json signature{{"id", name + "-failure"},
                         {"meaning", "It broke."},
                         {"severity", "warning"},
                         {"recoverable", "no"},
                         {"confirm", {{fact, {{"notReady", true}}}}}};
    return Json{{"apiVersion", "refloat.dev/v1alpha1"},
                {"kind", "Playbook"},
                {"metadata", {{"name", name}, {"namespace", "argocd"}}},
                {"spec", {{"summary", "Something."}, {"explanation", "Reported."}, {"signature", signature}}}};
  };
  ASSERT_TRUE(cluster.admin().create(playbook("mine", "pods")).ok());
  ASSERT_TRUE(cluster.admin().create(playbook("wrong", "dops")).ok());
  ASSERT_EQ(run("jane", {"signatures"}), 0) << err;
  EXPECT_EQ(out.find("mine-failure"), std::string::npos) << "offline as ever";
  ASSERT_EQ(run("jane", {"signatures", "--cluster"}), 0) << err;
  EXPECT_NE(out.find("mine-failure"), std::string::npos) << out;
  EXPECT_NE(err.find("not used: Playbook argocd/wrong: unknown fact 'dops' in spec.signature.confirm"), std::string::npos) << err;
  EXPECT_EQ(run("jane", {"explain", "mine-failure"}), 1);
  EXPECT_EQ(run("jane", {"explain", "--cluster", "mine-failure"}), 0) << err;
  EXPECT_EQ(run("jane", {"signatures", "--cluster", "-n", "elsewhere"}), 0) << err;
  EXPECT_EQ(out.find("mine-failure"), std::string::npos);
}

TEST_F(Kinds, ApprovedByAPersonItMayBegin) {
  auto made = request_recovery(kube, stack, plan, Stage::awaiting_approval, cluster.now());
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(run("jane", {"approve", made->name, "--yes", "--reason", "seen"}), 0) << err;
  auto approved = read_recovery(kube, "argocd", made->name);
  ASSERT_TRUE(approved) << approved.error().message;
  EXPECT_EQ(approved->approval->by, "jane") << "as the API server knows her";
  EXPECT_EQ(begin_recovery(kube, *made, "stale-replica", cluster.now()).error().kind, ErrorKind::invalid) << "it has not seen the approval";
  ASSERT_TRUE(begin_recovery(kube, *approved, "replica", cluster.now()));
  EXPECT_EQ(stored(*made)["status"]["phase"], "Running");
  EXPECT_EQ(run("joe", {"reject", made->name}), 1);
  EXPECT_EQ(run("joe", {"abort", made->name}), 0) << err;
  EXPECT_FALSE(may_run(read_recovery(kube, "argocd", made->name).value()));
}

TEST_F(Kinds, RejectedByAPersonItIsOverAndAnotherMayCome) {
  const auto made = request_recovery(kube, stack, plan, Stage::awaiting_approval, cluster.now());
  ASSERT_TRUE(made);
  ASSERT_EQ(run("jane", {"reject", made->name}), 0) << err;
  EXPECT_EQ(stored(*made)["status"]["phase"], "Rejected");
  const auto next = request_recovery(kube, stack, plan, Stage::awaiting_approval, cluster.now());
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_NE(next->name, made->name);
}

TEST_F(Kinds, APauseOfTwoEndsWithTheSecond) {
  ASSERT_EQ(run("jane", {"pause", "orders", "--reason", "upgrade"}), 0) << err;
  ASSERT_EQ(run("joe", {"pause", "orders"}), 0) << err;
  EXPECT_EQ(request_recovery(kube, stack, plan, Stage::running, cluster.now()).error().kind, ErrorKind::stale)
      << "the Stack is not the one that was decided on";
  ASSERT_EQ(run("jane", {"resume", "orders"}), 0) << err;
  EXPECT_EQ(stack_object()["spec"]["pauseRequests"], Json::array({"joe"}));
  ASSERT_EQ(run("joe", {"resume", "orders"}), 0) << err;
  EXPECT_FALSE(stack_object()["spec"].contains("pauseRequests"));
}

TEST_F(Kinds, DeletingTheStackTakesItsRecoveriesAlong) {
  const auto made = request_recovery(kube, stack, plan, Stage::awaiting_approval, cluster.now());
  ASSERT_TRUE(made);
  cluster.admin().remove(stack_object(), "Background");
  EXPECT_TRUE(cluster.wait_for([&] { return stored(*made).is_null(); }, std::chrono::minutes(1)));
}

TEST_F(Kinds, EventsOfTwoReplicasAreOneWithACount) {
  const auto made = request_recovery(kube, stack, plan, Stage::awaiting_approval, cluster.now());
  ASSERT_TRUE(made);
  for (const char* replica : {"a", "b"}) {
    EventOptions options;
    options.instance = replica;
    EventRecorder recorder(kube, cluster.clock(), options);
    recorder.add(notes_of_recovery(stack, nullptr, *made));
    recorder.flush();
    EXPECT_EQ(recorder.counts().failed, 0U);
  }
  const auto events = kube.list({"", "v1", "events", "argocd", "", ""}, {});
  ASSERT_TRUE(events);
  EXPECT_FALSE(events->items.empty());
  for (const Json& event : events->items) EXPECT_EQ(event["count"], 2) << event["reason"];
}

// Two replicas that both think they may, while answers are lost and writes meet others: never two open at once, and in the end one.
TEST(KindsUnderFaults, TwoReplicasNeverHaveTwoOpen) {
  int lost = 0, conflicts = 0, made_in_all = 0;
  for (unsigned seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    sim::Cluster cluster;
    cluster.admin().create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "argocd"}}}});
    cluster.admin().create({{"apiVersion", "refloat.dev/v1alpha1"},
                            {"kind", "Stack"},
                            {"metadata", {{"name", "orders"}, {"namespace", "argocd"}}},
                            {"spec", {{"applications", {{"migrations", "m"}}}}}});
    const Json object = cluster.admin().find("refloat.dev", "stacks", "argocd", "orders");
    Stack stack;
    stack.name = "orders";
    stack.ns = "argocd";
    stack.uid = text_at(object, {"metadata", "uid"});
    stack.generation = int_at(object, {"metadata", "generation"});
    const auto concerns_kinds = [](const sim::FaultPoint& at) { return at.path.find("/recoveries") != std::string::npos; };
    for (int turn = 0; turn < 12; ++turn) {
      if (random() % 2 == 0) cluster.faults().arm(sim::Fault::answer_lost, 1, concerns_kinds);
      if (random() % 3 == 0) cluster.faults().arm(sim::Fault::conflict_storm, 1, concerns_kinds);
      sim::SimKube replica(cluster, random() % 2 == 0 ? "replica-a" : "replica-b");
      Plan plan;
      plan.stack = stack.name;
      plan.ns = stack.ns;
      plan.made_at = cluster.now();
      plan.digest = std::string(64, static_cast<char>('a' + random() % 6));
      const auto made = request_recovery(replica, stack, plan, Stage::running, cluster.now());
      made_in_all += made ? 1 : 0;
      const auto list = list_recoveries(replica, "argocd", "orders");
      if (!list) continue;
      const auto open =
          std::count_if(list->recoveries.begin(), list->recoveries.end(), [](const Recovery& r) { return r.verdict == Verdict::running; });
      ASSERT_LE(open, 1) << "seed " << seed << ", turn " << turn;
      for (Recovery recovery : list->recoveries) {
        if (recovery.verdict == Verdict::running && random() % 3 == 0)
          (void)close_recovery(replica, recovery, Verdict::failed, "over", cluster.now());
      }
    }
    lost += cluster.faults().fired(sim::Fault::answer_lost);
    conflicts += cluster.faults().fired(sim::Fault::conflict_storm);
  }
  EXPECT_GT(lost, 10);
  EXPECT_GT(conflicts, 10);
  EXPECT_GT(made_in_all, 50);
}

}  // namespace
}  // namespace refloat::simulation
