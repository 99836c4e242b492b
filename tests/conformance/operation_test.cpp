// What Argo CD does with .operation and status.operationState.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "conformance/conformance_test.h"

namespace refloat::conformance {
namespace {

const Json one_retry{{"limit", 1}, {"backoff", {{"duration", "6s"}, {"factor", 2}, {"maxDuration", "1m"}}}};

TEST_F(Conformance, operation_runs_and_is_removed) {
  given_app({hook_job({1, 0}), config("1")});
  EXPECT_EQ(text_at(app(), {"status", "sync", "status"}), "OutOfSync");
  start_sync();
  ASSERT_TRUE(ends()) << app().dump(1);
  EXPECT_EQ(phase(), "Succeeded");
  ASSERT_TRUE(until([&] {
    return text_at(app(), {"status", "sync", "status"}) == "Synced" && text_at(app(), {"status", "health", "status"}) == "Healthy";
  }));
  EXPECT_FALSE(read(core("configmaps", "config")).is_null());
  EXPECT_TRUE(has_condition(hook(), "Complete"));
  EXPECT_TRUE(at_path(hook(), {"metadata", "finalizers"}).empty());
}

TEST_F(Conformance, second_operation_is_ignored) {
  given_app({hook_job({6, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  const std::string started = text_at(app(), {"status", "operationState", "startedAt"});
  ASSERT_TRUE(patch_app({{"operation", {{"initiatedBy", {{"username", "late"}}}, {"sync", {{"prune", true}}}}}}));
  ASSERT_TRUE(ends());
  EXPECT_EQ(text_at(app(), {"status", "operationState", "startedAt"}), started);
  EXPECT_EQ(text_at(app(), {"status", "operationState", "operation", "initiatedBy", "username"}), "conformance");
}

TEST_F(Conformance, nulled_operation_leaves_limbo) {
  given_app({hook_job({3, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  ASSERT_TRUE(patch_app({{"operation", nullptr}}));
  ASSERT_TRUE(until([&] { return has_condition(hook(), "Complete"); }));
  EXPECT_TRUE(stays([&] { return phase() == "Running" && !app().contains("operation"); }, 8s));
  EXPECT_TRUE(read(core("configmaps", "config")).is_null());
}

TEST_F(Conformance, terminating_in_limbo_does_nothing) {
  given_app({hook_job({60, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  ASSERT_TRUE(patch_app({{"operation", nullptr}}));
  fixture->advance(2s);
  ASSERT_TRUE(patch_app({{"status", {{"operationState", {{"phase", "Terminating"}}}}}}));
  EXPECT_TRUE(stays([&] { return phase() == "Terminating"; }, 8s));
  EXPECT_FALSE(at_path(hook(), {"metadata", "finalizers"}).empty());
}

TEST_F(Conformance, operation_over_limbo_resumes_the_old) {
  given_app({hook_job({3, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  const std::string started = text_at(app(), {"status", "operationState", "startedAt"});
  ASSERT_TRUE(patch_app({{"operation", nullptr}}));
  fixture->advance(2s);
  ASSERT_TRUE(patch_app({{"operation", {{"initiatedBy", {{"username", "late"}}}, {"sync", Json::object()}}}}));
  ASSERT_TRUE(ends());
  EXPECT_EQ(text_at(app(), {"status", "operationState", "startedAt"}), started);
  EXPECT_EQ(text_at(app(), {"status", "operationState", "operation", "initiatedBy", "username"}), "conformance");
}

TEST_F(Conformance, operation_with_nulled_state_starts_anew) {
  given_app({hook_job({6, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs()) << app().dump(1) << hook().dump(1);
  const std::string uid = text_at(hook(), {"metadata", "uid"});
  ASSERT_TRUE(patch_app({{"operation", nullptr}}));
  fixture->advance(2s);
  start_sync();
  ASSERT_TRUE(ends());
  EXPECT_EQ(phase(), "Succeeded");
  EXPECT_NE(text_at(hook(), {"metadata", "uid"}), uid);
}

TEST_F(Conformance, terminate_releases_the_hook) {
  given_app({hook_job({600, 0}), config("1")});
  start_sync(Json::object(), one_retry);
  ASSERT_TRUE(hook_runs());
  EXPECT_EQ(at_path(hook(), {"metadata", "finalizers"}), Json({"argocd.argoproj.io/hook-finalizer"}));
  ASSERT_TRUE(terminate()) << app().dump(1);
  ASSERT_TRUE(ends()) << app().dump(1);
  EXPECT_EQ(phase(), "Failed");
  EXPECT_EQ(text_at(app(), {"status", "operationState", "message"}), "Operation terminated");
  EXPECT_TRUE(until([&] { return hook().is_null(); })) << hook().dump(1);
}

TEST_F(Conformance, partial_sync_skips_hooks) {
  given_app({hook_job({1, 0}), config("1")});
  start_sync({{"resources", {{{"kind", "ConfigMap"}, {"name", "config"}}}}});
  ASSERT_TRUE(ends());
  EXPECT_EQ(phase(), "Succeeded");
  EXPECT_TRUE(hook().is_null());
  EXPECT_FALSE(app()["status"].contains("history"));
}

TEST_F(Conformance, merge_patch_leaks_old_state) {
  given_app({hook_job({8, 0}), config("1")});
  start_sync({{"resources", {{{"kind", "ConfigMap"}, {"name", "config"}}}}});
  ASSERT_TRUE(ends());
  start_sync(Json::object(), Json(), true);
  ASSERT_TRUE(until([&] { return !hook().is_null(); })) << app().dump(1);
  ASSERT_TRUE(ends(7s)) << "a full sync would still wait for its hook";
  EXPECT_EQ(phase(), "Succeeded");
  EXPECT_FALSE(at_path(app(), {"status", "operationState", "operation", "sync", "resources"}).empty());
}

TEST_F(Conformance, leaked_result_skips_the_hook) {
  given_app({hook_job({1, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(ends());
  start_sync(Json::object(), Json(), true);
  ASSERT_TRUE(ends());
  EXPECT_EQ(phase(), "Succeeded");
  fixture->advance(2s);
  EXPECT_TRUE(hook().is_null()) << "the earlier Job was deleted and none was created";
}

TEST_F(Conformance, vanished_hook_runs_for_ever) {
  given_app({hook_job({600, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  ASSERT_TRUE(api().patch(job_path("hook"), PatchType::merge, {{"metadata", {{"finalizers", nullptr}}}}, {}));
  ASSERT_TRUE(api().remove(job_path("hook"), {}));
  ASSERT_TRUE(until([&] { return hook().is_null(); }));
  EXPECT_TRUE(stays([&] { return phase() == "Running" && app().contains("operation"); }, 10s));
}

TEST_F(Conformance, deleted_hook_hangs) {
  given_app({hook_job({600, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  delete_hook_and_pod();
  ASSERT_TRUE(until([&] { return pods("job-name=hook").empty(); })) << "the pod goes, though its Job stays";
  EXPECT_TRUE(stays(
      [&] {
        return phase() == "Running" && hook()["metadata"].contains("deletionTimestamp") && !has_condition(hook(), "Complete") &&
               !has_condition(hook(), "Failed");
      },
      15s))
      << hook().dump(1) << app().dump(1);
}

TEST_F(Conformance, terminate_without_project_leaves_hook) {
  given_app({hook_job({600, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  ASSERT_TRUE(patch_app({{"spec", {{"project", "nobody-made-this"}}}, {"status", {{"operationState", {{"phase", "Terminating"}}}}}}));
  ASSERT_TRUE(ends()) << app().dump(1);
  EXPECT_EQ(phase(), "Error") << app().dump(1);
  fixture->advance(2s);
  EXPECT_FALSE(hook()["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(at_path(hook(), {"metadata", "finalizers"}), Json({"argocd.argoproj.io/hook-finalizer"}));
}

TEST_F(Conformance, changed_source_does_not_touch_the_running_operation) {
  given_app({hook_job({600, 0}), config("1")});
  start_sync();
  ASSERT_TRUE(hook_runs());
  ASSERT_TRUE(patch_app({{"spec", {{"source", {{"path", "nowhere"}}}}}}));
  ASSERT_TRUE(terminate()) << app().dump(1);
  ASSERT_TRUE(ends()) << app().dump(1);
  EXPECT_EQ(phase(), "Failed");
  EXPECT_TRUE(until([&] { return hook().is_null(); })) << hook().dump(1);
}

TEST_F(Conformance, retry_back_off_is_running_with_finished_at) {
  given_app({hook_job({1, 1}), config("1")});
  start_sync(Json::object(), one_retry);
  ASSERT_TRUE(until([&] { return at_path(app(), {"status", "operationState"}).contains("finishedAt"); })) << app().dump(1);
  const Json waiting = app();
  EXPECT_EQ(text_at(waiting, {"status", "operationState", "phase"}), "Running");
  EXPECT_TRUE(waiting.contains("operation"));
  EXPECT_EQ(int_at(waiting, {"status", "operationState", "retryCount"}), 1);
  const std::string uid = text_at(hook(), {"metadata", "uid"});
  EXPECT_TRUE(stays([&] { return text_at(hook(), {"metadata", "uid"}) == uid; }, 9s))
      << "the wait is one factor longer than announced: 6 s * 2";
  ASSERT_TRUE(ends());
  EXPECT_EQ(phase(), "Failed");
  EXPECT_NE(text_at(hook(), {"metadata", "uid"}), uid);
}

TEST_F(Conformance, terminate_ends_back_off) {
  given_app({hook_job({1, 1}), config("1")});
  start_sync(Json::object(), {{"limit", 5}, {"backoff", {{"duration", "60s"}, {"factor", 2}, {"maxDuration", "10m"}}}});
  ASSERT_TRUE(until([&] { return at_path(app(), {"status", "operationState"}).contains("finishedAt"); }));
  ASSERT_TRUE(terminate()) << app().dump(1);
  ASSERT_TRUE(ends(20s)) << app().dump(1);
  EXPECT_EQ(phase(), "Failed");
}

TEST_F(Conformance, deletion_waits_for_the_operation) {
  given_app({hook_job({600, 0}), config("1")});
  ASSERT_TRUE(patch_app({{"metadata", {{"finalizers", {"resources-finalizer.argocd.argoproj.io"}}}}}));
  start_sync();
  ASSERT_TRUE(hook_runs());
  ASSERT_TRUE(api().remove(app_path(), {}));
  EXPECT_TRUE(stays([&] { return !app().is_null(); }, 6s));
  ASSERT_TRUE(terminate()) << app().dump(1);
  EXPECT_TRUE(until([&] { return app().is_null(); })) << app().dump(1);
}

}  // namespace
}  // namespace refloat::conformance
