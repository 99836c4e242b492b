#include <gtest/gtest.h>

#include "unit/probe/fixture.h"

namespace refloat {
namespace {

struct Logs : test::ProbeFixture, testing::Test {
  Pod& pod(const std::string& name, const std::string& waiting, int restarts, std::optional<int> exit_code) {
    Pod p;
    p.ref = {"Pod", "app", name, "uid-" + name};
    p.created_at = clock.now() + std::chrono::seconds(snapshot.pods.size());
    ContainerState c;
    c.name = "main";
    c.waiting_reason = waiting;
    c.restarts = restarts;
    c.last_exit_code = exit_code;
    p.containers = {c};
    snapshot.pods.push_back(p);
    return snapshot.pods.back();
  }
  void read() { probe_logs(kube, stack, options, clock, snapshot); }
};

TEST_F(Logs, reads_both_instances_of_a_crash_looping_container) {
  pod("a", "CrashLoopBackOff", 3, 1);
  kube.log_texts = {{"app/a/main", "now\n"}, {"app/a/main/previous", "before\n"}};
  read();
  ASSERT_EQ(snapshot.logs.size(), 2U);
  EXPECT_TRUE(snapshot.logs[0].previous);
  EXPECT_EQ(snapshot.logs[0].lines, std::vector<std::string>{"before"});
  EXPECT_EQ(snapshot.logs[1].lines, std::vector<std::string>{"now"});
}

TEST_F(Logs, leaves_healthy_pods_alone) {
  pod("ok", "", 0, {}).containers[0].ready = true;
  pod("recovered", "", 2, 1).containers[0].ready = true;
  pod("starting", "ContainerCreating", 0, {});
  read();
  EXPECT_EQ(kube.count("logs"), 0);
}

TEST_F(Logs, reads_a_failed_job_pod_first_and_stays_within_the_limit) {
  options.log_pods_max = 1;
  pod("crash", "CrashLoopBackOff", 1, 1);
  Pod& job = pod("job", "", 0, 1);
  job.owner_kind = "Job";
  job.containers[0].terminated = true;
  read();
  EXPECT_EQ(kube.count("logs /api/v1/namespaces/app/pods/job"), 1);
  EXPECT_EQ(kube.count("logs"), 1);
}

TEST_F(Logs, lines_are_printable_redacted_and_few) {
  pod("a", "", 0, 1).containers[0].terminated = true;
  std::string text;
  for (int i = 0; i < 100; ++i) text += "line " + std::to_string(i) + "\n";
  kube.log_texts = {{"app/a/main", text + "\x1b[31mdial postgres://u:canary@h/d password=canary\n"}};
  read();
  ASSERT_EQ(snapshot.logs.size(), 1U);
  const auto& lines = snapshot.logs[0].lines;
  EXPECT_EQ(lines.size(), 40U);
  EXPECT_EQ(lines.back().find("canary"), std::string::npos) << lines.back();
  EXPECT_EQ(lines.back().find('\x1b'), std::string::npos);
}

TEST_F(Logs, a_line_cut_at_the_limit_is_left_out) {
  pod("a", "", 0, 1).containers[0].terminated = true;
  kube.log_texts = {{"app/a/main", "whole\n" + std::string(32 * 1024, 'x') + " postgres://u:canary"}};
  read();
  ASSERT_EQ(snapshot.logs.size(), 1U);
  EXPECT_EQ(snapshot.logs[0].lines, std::vector<std::string>{"whole"});
}

TEST_F(Logs, a_missing_log_is_no_gap_and_a_forbidden_one_is_one_gap) {
  pod("a", "CrashLoopBackOff", 1, 1);
  pod("b", "CrashLoopBackOff", 1, 1);
  read();
  EXPECT_TRUE(snapshot.unexamined.empty());
  kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::denied, "no"}; };
  read();
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].kind, ErrorKind::denied);
  EXPECT_NE(snapshot.unexamined[0].why.find("pods/log"), std::string::npos);
}

}  // namespace
}  // namespace refloat
