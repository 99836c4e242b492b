// Jobs, Deployments and pods.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "conformance/conformance_test.h"

namespace refloat::conformance {
namespace {

class ConformanceOfWorkloads : public Conformance {
 protected:
  void make_job(const Json& body) {
    auto made = api().create(job_path(""), body, {});
    ASSERT_TRUE(made) << made.error().message;
  }
  Resource web() { return {"apps", "v1", "deployments", fixture->ns(), "web", ""}; }
  void make_web(const Behaviour& behaviour) {
    Resource path = web();
    path.name.clear();
    auto made = api().create(path, deployment(behaviour), {});
    ASSERT_TRUE(made) << made.error().message;
  }
  Json pod_with_env(const Json& env, const std::string& says) {
    Json pod{{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", {{"name", "p"}}}};
    pod["spec"] = {{"hostNetwork", true},
                   {"restartPolicy", "Never"},
                   {"terminationGracePeriodSeconds", 1},
                   {"containers", {fixture->container({1, 0, says})}}};
    pod["spec"]["containers"][0]["env"] = env;
    return pod;
  }
  Json pod() { return read(core("pods", "p")); }
  static std::string waiting(const Json& pod) {
    const Json& containers = at_path(pod, {"status", "containerStatuses"});
    return containers.empty() ? "" : text_at(containers[0], {"state", "waiting", "reason"});
  }
  const Json word{{{"name", "WORD"}, {"valueFrom", {{"secretKeyRef", {{"name", "s"}, {"key", "word"}}}}}}};
};

TEST_F(ConformanceOfWorkloads, job_completes) {
  make_job(job("j", {1, 0}));
  ASSERT_TRUE(until([&] { return has_condition(read(job_path("j")), "Complete"); })) << read(job_path("j")).dump(1);
  const Json done = read(job_path("j"));
  EXPECT_TRUE(has_condition(done, "SuccessCriteriaMet"));
  EXPECT_EQ(int_at(done, {"status", "succeeded"}), 1);
  EXPECT_EQ(pods("job-name=j").size(), 1U);
}

TEST_F(ConformanceOfWorkloads, job_fails_after_its_limit) {
  make_job(job("j", {1, 3, "broken"}, 1));
  ASSERT_TRUE(until([&] { return has_condition(read(job_path("j")), "Failed"); }, 90s)) << read(job_path("j")).dump(1);
  EXPECT_EQ(int_at(read(job_path("j")), {"status", "failed"}), 2);
  EXPECT_EQ(pods("job-name=j").size(), 2U);
}

TEST_F(ConformanceOfWorkloads, deleting_job_starts_no_pod) {
  make_job(job("j", {600, 0}, 5));
  ASSERT_TRUE(api().patch(job_path("j"), PatchType::merge, {{"metadata", {{"finalizers", {"test.example/hold"}}}}}, {}));
  ASSERT_TRUE(until([&] { return pods("job-name=j").size() == 1; }));
  ASSERT_TRUE(api().remove(job_path("j"), {}));
  ASSERT_TRUE(api().remove(core("pods", text_at(pods("job-name=j")[0], {"metadata", "name"})), {}));
  ASSERT_TRUE(until([&] { return pods("job-name=j").empty(); }));
  EXPECT_TRUE(stays([&] { return pods("job-name=j").empty(); }, 15s));
  ASSERT_TRUE(api().patch(job_path("j"), PatchType::merge, {{"metadata", {{"finalizers", nullptr}}}}, {}));
}

TEST_F(ConformanceOfWorkloads, deleting_job_never_completes) {
  make_job(job("j", {4, 0}));
  ASSERT_TRUE(api().patch(job_path("j"), PatchType::merge, {{"metadata", {{"finalizers", {"test.example/hold"}}}}}, {}));
  ASSERT_TRUE(until([&] { return pods("job-name=j").size() == 1; }));
  ASSERT_TRUE(api().remove(job_path("j"), {}));
  ASSERT_TRUE(until([&] { return text_at(pods("job-name=j").at(0), {"status", "phase"}) == "Succeeded"; }));
  EXPECT_TRUE(stays(
      [&] { return !has_condition(read(job_path("j")), "Complete") && int_at(read(job_path("j")), {"status", "succeeded"}) == 0; }, 5s));
  ASSERT_TRUE(api().patch(job_path("j"), PatchType::merge, {{"metadata", {{"finalizers", nullptr}}}}, {}));
}

TEST_F(ConformanceOfWorkloads, deadline_fails_a_deleting_job) {
  make_job(job("j", {600, 0}));
  ASSERT_TRUE(api().patch(job_path("j"), PatchType::merge, {{"metadata", {{"finalizers", {"test.example/hold"}}}}}, {}));
  ASSERT_TRUE(until([&] { return pods("job-name=j").size() == 1; }));
  ASSERT_TRUE(api().remove(job_path("j"), {}));
  ASSERT_TRUE(api().patch(job_path("j"), PatchType::merge, {{"spec", {{"activeDeadlineSeconds", 1}}}}, {}));
  EXPECT_TRUE(until([&] { return has_condition(read(job_path("j")), "Failed"); })) << read(job_path("j")).dump(1);
  ASSERT_TRUE(api().patch(job_path("j"), PatchType::merge, {{"metadata", {{"finalizers", nullptr}}}}, {}));
}

TEST_F(ConformanceOfWorkloads, background_deletion_collects_pods) {
  make_job(job("j", {600, 0}));
  ASSERT_TRUE(until([&] { return pods("job-name=j").size() == 1; }));
  ASSERT_TRUE(api().remove(job_path("j"), {}));
  EXPECT_TRUE(read(job_path("j")).is_null());
  EXPECT_TRUE(until([&] { return pods("job-name=j").empty(); }));
}

TEST_F(ConformanceOfWorkloads, job_expires) {
  Json expiring = job("j", {1, 0});
  expiring["spec"]["ttlSecondsAfterFinished"] = 3;
  make_job(expiring);
  ASSERT_TRUE(until([&] { return has_condition(read(job_path("j")), "Complete"); }));
  EXPECT_TRUE(until([&] { return read(job_path("j")).is_null() && pods("job-name=j").empty(); }));
}

TEST_F(ConformanceOfWorkloads, template_annotation_restarts) {
  make_web({1, -1});
  ASSERT_TRUE(until([&] { return int_at(read(web()), {"status", "readyReplicas"}) == 1; })) << read(web()).dump(1);
  const std::string first = text_at(pods("app=web")[0], {"metadata", "uid"});
  ASSERT_TRUE(api().patch(
      web(), PatchType::merge,
      {{"spec", {{"template", {{"metadata", {{"annotations", {{"kubectl.kubernetes.io/restartedAt", "2025-12-03T10:00:00Z"}}}}}}}}}}, {}));
  EXPECT_TRUE(until([&] {
    const Json live = read(web());
    const auto now = pods("app=web");
    return now.size() == 1 && text_at(now[0], {"metadata", "uid"}) != first && int_at(live, {"status", "readyReplicas"}) == 1 &&
           int_at(live, {"status", "observedGeneration"}) == int_at(live, {"metadata", "generation"});
  }));
}

TEST_F(ConformanceOfWorkloads, crash_loop_keeps_previous_log) {
  make_web({0, 1, "first words"});
  ASSERT_TRUE(until(
      [&] {
        const auto now = pods("app=web");
        return !now.empty() && waiting(now[0]) == "CrashLoopBackOff";
      },
      120s));
  const Json crashed = pods("app=web")[0];
  const Json& status = crashed["status"]["containerStatuses"][0];
  EXPECT_GE(int_at(status, {"restartCount"}), 1);
  EXPECT_EQ(int_at(status, {"lastState", "terminated", "exitCode"}), 1);
  LogOptions options;
  options.container = "main";
  options.previous = true;
  auto log = api().logs(fixture->ns(), text_at(crashed, {"metadata", "name"}), options);
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(*log, "first words\n");
}

TEST_F(ConformanceOfWorkloads, missing_image_waits) {
  Json pod_body = pod_with_env(Json::array(), "x");
  pod_body["spec"]["containers"][0]["image"] = "localhost/nobody-has-this:1";
  pod_body["spec"]["containers"][0].erase("imagePullPolicy");
  ASSERT_TRUE(api().create(core("pods", ""), pod_body, {}));
  EXPECT_TRUE(until([&] { return waiting(pod()) == "ErrImagePull" || waiting(pod()) == "ImagePullBackOff"; })) << pod().dump(1);
}

TEST_F(ConformanceOfWorkloads, secret_reaches_the_container) {
  ASSERT_TRUE(api().create(core("secrets", ""),
                           {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", "s"}}}, {"stringData", {{"word", "open"}}}},
                           {}));
  ASSERT_TRUE(api().create(core("pods", ""), pod_with_env(word, "the word is $WORD"), {}));
  ASSERT_TRUE(until([&] { return text_at(pod(), {"status", "phase"}) == "Succeeded"; })) << pod().dump(1);
  auto log = api().logs(fixture->ns(), "p", {});
  ASSERT_TRUE(log);
  EXPECT_EQ(*log, "the word is open\n");
}

TEST_F(ConformanceOfWorkloads, missing_secret_blocks_the_container) {
  ASSERT_TRUE(api().create(core("pods", ""), pod_with_env(word, "x"), {}));
  EXPECT_TRUE(until([&] { return waiting(pod()) == "CreateContainerConfigError"; })) << pod().dump(1);
}

}  // namespace
}  // namespace refloat::conformance
