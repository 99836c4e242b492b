// approve, reject, abort, retry, pause, resume and history, on a cluster that the test fills.
#include "cli/decide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/pause_requests.h"
#include "unit/cli/fake_engine.h"

namespace refloat {
namespace {

using test::FakeKube;
using test::Program;

Recovery waiting(const std::string& name = "temporal-dev-3fa9-1") {
  Recovery recovery;
  recovery.name = name;
  recovery.ns = "argocd";
  recovery.stack = "temporal-dev";
  recovery.plan = samples::plan({samples::step(Phase::migrate, "migrate-1")});
  recovery.plan.digest = std::string(64, 'd');
  recovery.started_at = samples::now();
  recovery.needs_approval = true;
  recovery.stage = Stage::awaiting_approval;
  recovery.steps = {{"migrate-1", StepState::waiting, std::nullopt, std::nullopt, 0, {}, {}}};
  return recovery;
}

Json stack_with(const Json& requests) {
  return {{"apiVersion", "refloat.dev/v1alpha1"},
          {"kind", "Stack"},
          {"metadata", {{"namespace", "argocd"}, {"name", "temporal-dev"}}},
          {"spec", {{"applications", {{"migrations", "m"}}}, {"pauseRequests", requests}}}};
}

struct Decide : testing::Test {
  Program program;
  std::vector<Recovery> stored{waiting()};
  Json stack = stack_with(Json::array({"release-train"}));
  std::function<std::optional<Error>(FakeKube&, const std::string&, const Resource&)> fail;

  Decide() {
    program.prepare = [this](FakeKube& kube) {
      for (const Recovery& recovery : stored) kube.put("refloat.dev", "v1alpha1", "recoveries", to_json(recovery));
      kube.put("refloat.dev", "v1alpha1", "stacks", stack);
      if (fail) kube.fail = [this, &kube](const std::string& verb, const Resource& resource) { return fail(kube, verb, resource); };
    };
  }
  // Runs with -o json and reads what is printed.
  Json result(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", "json"});
    EXPECT_EQ(program.run(arguments), 0) << program.err;
    return parse_json(program.out).value();
  }
};

TEST_F(Decide, an_approval_carries_the_digest_of_the_plan_and_who_gave_it) {
  const Json approved = result({"approve", "temporal-dev-3fa9-1", "--yes", "--reason", "seen"});
  const Json& approval = approved["spec"]["approval"];
  EXPECT_EQ(approval["decision"], "approve");
  EXPECT_EQ(approval["planDigest"], stored[0].plan.digest);
  EXPECT_EQ(approval["by"], "jane");
  EXPECT_EQ(approval["reason"], "seen");
  EXPECT_TRUE(may_run(recovery_from_json(approved).value()));
  EXPECT_NE(program.err.find("migrate-1"), std::string::npos) << "the plan is shown";
}

TEST_F(Decide, without_a_terminal_nobody_has_approved_anything) {
  EXPECT_EQ(program.run({"approve", "temporal-dev-3fa9-1"}), 1);
  EXPECT_NE(program.err.find("--yes"), std::string::npos);
}

TEST_F(Decide, at_a_terminal_it_asks_and_only_yes_agrees) {
  program.tty = true;
  for (const char* answer : {"n\n", "\n", "", "maybe\n"}) {
    program.input = answer;
    EXPECT_EQ(program.run({"approve", "temporal-dev-3fa9-1"}), 4) << answer;
    EXPECT_TRUE(program.out.empty());
  }
  program.input = "y\n";
  EXPECT_EQ(program.run({"approve", "temporal-dev-3fa9-1"}), 0);
  EXPECT_NE(program.out.find("approved"), std::string::npos);
}

TEST_F(Decide, an_approval_said_twice_is_one) {
  stored[0].approval = Approval{ApprovalDecision::approve, stored[0].plan.digest, "joe", samples::now(), {}};
  EXPECT_EQ(result({"approve", "temporal-dev-3fa9-1", "--yes"})["spec"]["approval"]["by"], "joe");
}

TEST_F(Decide, a_conflict_is_read_again_and_the_digest_still_binds) {
  int conflicts = 2;
  fail = [&](FakeKube&, const std::string& verb, const Resource&) -> std::optional<Error> {
    if (verb != "patch" || conflicts == 0) return std::nullopt;
    --conflicts;
    return Error{ErrorKind::stale, "conflict"};
  };
  EXPECT_EQ(result({"approve", "temporal-dev-3fa9-1", "--yes"})["spec"]["approval"]["planDigest"], stored[0].plan.digest);
}

TEST_F(Decide, one_that_ended_between_reading_and_writing_is_not_approved) {
  fail = [&](FakeKube& kube, const std::string& verb, const Resource&) -> std::optional<Error> {
    if (verb != "patch") return std::nullopt;
    Recovery ended = stored[0];
    ended.verdict = Verdict::aborted;
    kube.put("refloat.dev", "v1alpha1", "recoveries", to_json(ended));
    return Error{ErrorKind::stale, "conflict"};
  };
  EXPECT_EQ(program.run({"approve", "temporal-dev-3fa9-1", "--yes"}), 1);
  EXPECT_TRUE(program.out.empty());
}

TEST_F(Decide, rejecting_and_aborting_close_what_nobody_runs) {
  for (const char* command : {"reject", "abort"}) {
    const Json ended = result({command, "temporal-dev-3fa9-1", "--reason", "by hand"});
    EXPECT_EQ(ended["status"]["verdict"], "Aborted") << command;
    EXPECT_NE(ended["status"]["message"].get<std::string>().find("jane: by hand"), std::string::npos);
  }
  EXPECT_EQ(result({"reject", "temporal-dev-3fa9-1"})["status"]["phase"], "Rejected");
}

TEST_F(Decide, an_abort_of_a_run_leaves_its_end_to_the_run) {
  stored[0].needs_approval = false;
  stored[0].stage = Stage::running;
  const Json asked = result({"abort", "temporal-dev-3fa9-1"});
  EXPECT_EQ(asked["status"]["verdict"], "Running");
  EXPECT_EQ(asked["spec"]["approval"]["decision"], "abort");
  EXPECT_EQ(program.run({"reject", "temporal-dev-3fa9-1"}), 1) << "too late";
}

TEST_F(Decide, only_what_has_ended_is_tried_again) {
  EXPECT_EQ(program.run({"retry", "temporal-dev-3fa9-1"}), 1);
  stored[0].verdict = Verdict::failed;
  EXPECT_EQ(result({"retry", "temporal-dev-3fa9-1"})["spec"]["approval"]["decision"], "retry");
  for (const char* command : {"approve", "reject", "abort"}) EXPECT_EQ(program.run({command, "temporal-dev-3fa9-1"}), 1) << command;
}

TEST_F(Decide, a_command_that_is_hinted_at_can_be_copied) {
  stored[0].verdict = Verdict::failed;
  program.name = "kubectl refloat";
  EXPECT_EQ(program.run({"approve", "temporal-dev-3fa9-1", "--context", "prod"}), 1);
  EXPECT_NE(program.err.find("hint: kubectl refloat retry temporal-dev-3fa9-1 -n argocd --context prod asks"), std::string::npos)
      << program.err;
  stored[0].verdict = Verdict::running;
  stored[0].stage = Stage::running;
  EXPECT_EQ(program.run({"reject", "temporal-dev-3fa9-1"}), 1);
  EXPECT_NE(program.err.find("hint: kubectl refloat abort temporal-dev-3fa9-1 -n argocd ends"), std::string::npos) << program.err;
}

TEST_F(Decide, a_typo_is_helped_and_a_name_in_two_namespaces_must_be_told_apart) {
  EXPECT_EQ(program.run({"approve", "temporal-dev-3fa9-2", "--yes"}), 1);
  EXPECT_NE(program.err.find("did you mean temporal-dev-3fa9-1"), std::string::npos);
  stored.push_back(waiting());
  stored[1].ns = stored[1].plan.ns = "other";
  EXPECT_EQ(program.run({"approve", "temporal-dev-3fa9-1", "--yes"}), 1);
  EXPECT_EQ(program.run({"approve", "other/temporal-dev-3fa9-1", "--yes"}), 0) << program.err;
  EXPECT_EQ(program.run({"approve", "temporal-dev-3fa9-1", "--yes", "-n", "argocd"}), 0) << program.err;
}

TEST_F(Decide, a_cluster_without_the_kinds_says_how_to_get_them) {
  fail = [](FakeKube&, const std::string&, const Resource&) { return Error{ErrorKind::not_found, "no such resource"}; };
  for (const char* command : {"approve", "pause", "resume", "history"}) {
    EXPECT_EQ(program.run({command, "x"}), 1) << command;
    EXPECT_NE(program.err.find("refloat crds"), std::string::npos) << command;
  }
}

// --- pause and resume -----------------------------------------------------------------------------------------------------------------

TEST_F(Decide, a_pause_adds_to_those_of_others) {
  const Json paused = result({"pause", "temporal-dev", "--reason", "upgrade"});
  EXPECT_EQ(paused["spec"]["pauseRequests"], Json::array({"release-train", "jane: upgrade"}));
}

TEST_F(Decide, resuming_takes_back_ones_own_request_only) {
  stack = stack_with(Json::array({"release-train", "jane: upgrade"}));
  EXPECT_EQ(result({"resume", "temporal-dev"})["spec"]["pauseRequests"], Json::array({"release-train"}));
  EXPECT_EQ(result({"resume", "temporal-dev", "--of", "release-train"})["spec"]["pauseRequests"], Json::array({"jane: upgrade"}));
  EXPECT_FALSE(result({"resume", "temporal-dev", "--all"})["spec"].contains("pauseRequests"));
  EXPECT_EQ(program.run({"resume", "temporal-dev", "--all", "--of", "x"}), 1);
}

TEST_F(Decide, what_still_pauses_a_stack_is_named) {
  EXPECT_EQ(program.run({"resume", "temporal-dev"}), 0);
  EXPECT_NE(program.out.find("release-train"), std::string::npos);
}

TEST_F(Decide, a_pause_meets_a_rival_and_keeps_both) {
  bool raced = false;
  fail = [&](FakeKube& kube, const std::string& verb, const Resource&) -> std::optional<Error> {
    if (verb != "patch" || raced) return std::nullopt;
    raced = true;
    kube.put("refloat.dev", "v1alpha1", "stacks", stack_with(Json::array({"release-train", "joe"})));
    return Error{ErrorKind::stale, "conflict"};
  };
  EXPECT_EQ(result({"pause", "temporal-dev"})["spec"]["pauseRequests"], Json::array({"release-train", "joe", "jane"}));
}

TEST(pause_requests, a_person_asks_once_and_names_with_colons_are_whole) {
  const std::string robot = "system:serviceaccount:ci:robot";
  auto entries = with_request({}, robot, "one");
  entries = with_request(entries, robot, "two");
  EXPECT_EQ(entries, (std::vector<std::string>{robot + ": two"}));
  EXPECT_EQ(asker_of(entries[0]), robot);
  EXPECT_TRUE(without_requests(entries, robot).empty());
  EXPECT_EQ(without_requests(entries, "system"), entries);
  EXPECT_LE(with_request({}, "jane", std::string(1000, 'x'))[0].size(), 253U);
}

// --- history ----------------------------------------------------------------------------------------------------------------------------

TEST_F(Decide, history_lists_newest_first_and_the_shadow_record) {
  stored.push_back(waiting("temporal-dev-3fa9-2"));
  stored[0].verdict = Verdict::failed;
  stored[1].plan.made_at = samples::now() + std::chrono::hours(1);
  stack["status"]["shadow"] = Json::array({{{"would", "Run"}, {"cause", "hook-vanished"}, {"steps", Json::array({"a"})}}});
  EXPECT_EQ(program.run({"history", "temporal-dev"}), 0) << program.err;
  EXPECT_LT(samples::line_with(program.out, "3fa9-2"), samples::line_with(program.out, "3fa9-1"));
  EXPECT_NE(program.out.find("hook-vanished"), std::string::npos);
  const Json list = result({"history", "temporal-dev"});
  ASSERT_EQ(list["items"].size(), 2U);
  EXPECT_EQ(list["items"][0]["metadata"]["name"], "temporal-dev-3fa9-1");
}

TEST_F(Decide, what_history_cannot_read_makes_it_incomplete) {
  program.prepare = [this](FakeKube& kube) {
    kube.put("refloat.dev", "v1alpha1", "stacks", stack);
    Json broken = to_json(waiting());
    broken["status"]["phase"] = "Dozing";
    kube.put("refloat.dev", "v1alpha1", "recoveries", broken);
  };
  EXPECT_EQ(program.run({"history", "temporal-dev"}), 3);
}

TEST_F(Decide, recover_does_not_run_what_waits_for_an_approval) {
  program.unfinished = waiting();
  stack = stack_with(Json::array());
  EXPECT_EQ(program.run({"recover", "temporal-dev", "--yes"}), 4) << program.err;
  EXPECT_FALSE(program.called("resume"));
  EXPECT_NE(program.err.find("approve temporal-dev-3fa9-1"), std::string::npos);
}

}  // namespace
}  // namespace refloat
