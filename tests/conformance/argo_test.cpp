// Sync windows, refreshes, autosync, generated Applications.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "conformance/conformance_test.h"

namespace refloat::conformance {
namespace {

const Json never_retry{{"limit", 0}};

class WithSet : public Conformance {
 protected:
  Resource set_path() { return {"argoproj.io", "v1alpha1", "applicationsets", fixture->argo_ns(), fixture->ns(), ""}; }

  // Two Applications, "a" before "b", both of the one path.
  void given_set(const std::vector<Json>& manifests) {
    fixture->commit(manifests);
    Json app_template = application({{"automated", {{"prune", true}}}, {"retry", never_retry}});
    app_template.erase("apiVersion");
    app_template.erase("kind");
    app_template["metadata"] = {{"name", fixture->ns() + "-{{.name}}"}, {"labels", {{"phase", "{{.name}}"}}}};
    const auto step = [](const char* value) {
      return Json{{"matchExpressions", {{{"key", "phase"}, {"operator", "In"}, {"values", {value}}}}}};
    };
    Json set{{"apiVersion", "argoproj.io/v1alpha1"},
             {"kind", "ApplicationSet"},
             {"metadata", {{"name", fixture->ns()}, {"namespace", fixture->argo_ns()}}}};
    set["spec"] = {
        {"goTemplate", true}, {"generators", {{{"list", {{"elements", {{{"name", "a"}}, {{"name", "b"}}}}}}}}}, {"template", app_template}};
    set["spec"]["strategy"] = {{"type", "RollingSync"}, {"rollingSync", {{"steps", {step("a"), step("b")}}}}};
    Resource path = set_path();
    path.name.clear();
    auto made = api().create(path, set, {});
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(until([&] { return !read(app_path("a")).is_null() && !read(app_path("b")).is_null(); }));
  }
};

TEST_F(Conformance, terminate_waits_in_closed_window) {
  const Resource project{"argoproj.io", "v1alpha1", "appprojects", fixture->argo_ns(), fixture->ns(), ""};
  Resource projects = project;
  projects.name.clear();
  Json body{{"apiVersion", "argoproj.io/v1alpha1"},
            {"kind", "AppProject"},
            {"metadata", {{"name", fixture->ns()}, {"namespace", fixture->argo_ns()}}}};
  body["spec"] = {{"sourceRepos", {"*"}}, {"destinations", {{{"namespace", "*"}, {"server", "*"}}}}};
  ASSERT_TRUE(api().create(projects, body, {}));
  given_app({hook_job({600, 0}), config("1")});
  ASSERT_TRUE(patch_app({{"spec", {{"project", fixture->ns()}}}}));
  start_sync();
  ASSERT_TRUE(hook_runs()) << app().dump(1);
  const Json window{{"kind", "deny"}, {"schedule", "* * * * *"}, {"duration", "1h"}, {"applications", {"*"}}};
  ASSERT_TRUE(api().patch(project, PatchType::merge, {{"spec", {{"syncWindows", {window}}}}}, {}));
  fixture->advance(2s);
  ASSERT_TRUE(patch_app({{"status", {{"operationState", {{"phase", "Terminating"}}}}}}));
  EXPECT_TRUE(stays([&] { return phase() == "Terminating" && app().contains("operation"); }, 10s));
  ASSERT_TRUE(api().patch(project, PatchType::merge, {{"spec", {{"syncWindows", nullptr}}}}, {}));
  ASSERT_TRUE(patch_app({{"metadata", {{"annotations", {{"argocd.argoproj.io/refresh", "normal"}}}}}}));
  EXPECT_TRUE(ends(90s)) << app().dump(1);
  EXPECT_EQ(phase(), "Failed");
}

TEST_F(Conformance, refresh_annotation_is_removed) {
  given_app({config("1")});
  ASSERT_TRUE(patch_app({{"metadata", {{"annotations", {{"keep", "me"}, {"argocd.argoproj.io/refresh", "hard"}}}}}}));
  ASSERT_TRUE(until([&] { return !at_path(app(), {"metadata", "annotations"}).contains("argocd.argoproj.io/refresh"); }));
  EXPECT_EQ(text_at(app(), {"metadata", "annotations", "keep"}), "me");
}

TEST_F(Conformance, refresh_loses_concurrent_annotation) {
  given_app({config("1")});
  bool lost = false;
  for (int attempt = 0; attempt < 60 && !lost; ++attempt) {
    ASSERT_TRUE(patch_app({{"metadata", {{"annotations", {{"argocd.argoproj.io/refresh", "hard"}}}}}}));
    fixture->advance(Duration{attempt % 12 * 10});
    ASSERT_TRUE(patch_app({{"metadata", {{"annotations", {{"mine", "1"}}}}}}));
    ASSERT_TRUE(until([&] { return !at_path(app(), {"metadata", "annotations"}).contains("argocd.argoproj.io/refresh"); }));
    lost = !at_path(app(), {"metadata", "annotations"}).contains("mine");
    ASSERT_TRUE(patch_app({{"metadata", {{"annotations", {{"mine", nullptr}}}}}}));
  }
  EXPECT_TRUE(lost);
}

TEST_F(Conformance, autosync_does_not_repeat_a_failure) {
  given_app({hook_job({1, 1}), config("1")}, {{"automated", {{"selfHeal", true}}}, {"retry", never_retry}});
  ASSERT_TRUE(until([&] { return phase() == "Failed"; })) << app().dump(1);
  const std::string started = text_at(app(), {"status", "operationState", "startedAt"});
  ASSERT_TRUE(patch_app({{"metadata", {{"annotations", {{"argocd.argoproj.io/refresh", "normal"}}}}}}));
  EXPECT_TRUE(stays([&] { return text_at(app(), {"status", "operationState", "startedAt"}) == started; }, 8s));
  EXPECT_TRUE(until([&] {
    const Json live = app();
    const Json& conditions = at_path(live, {"status", "conditions"});
    return std::any_of(conditions.begin(), conditions.end(), [](const Json& c) {
      return text_at(c, {"type"}) == "SyncError" && text_at(c, {"message"}).starts_with("Failed last sync attempt to");
    });
  })) << app().dump(1);
  fixture->commit({hook_job({1, 0}), config("2")});
  ASSERT_TRUE(patch_app({{"metadata", {{"annotations", {{"argocd.argoproj.io/refresh", "normal"}}}}}}));
  EXPECT_TRUE(until([&] { return phase() == "Succeeded"; })) << "a new revision is tried";
}

TEST_F(Conformance, self_heal_runs_no_hook) {
  given_app({hook_job({1, 0}), config("1")}, {{"automated", {{"selfHeal", true}}}, {"retry", never_retry}});
  ASSERT_TRUE(until([&] { return phase() == "Succeeded" && text_at(app(), {"status", "sync", "status"}) == "Synced"; }));
  const std::string uid = text_at(hook(), {"metadata", "uid"});
  ASSERT_TRUE(api().patch(core("configmaps", "config"), PatchType::merge, {{"data", {{"key", "changed"}}}}, {}));
  ASSERT_TRUE(until([&] { return text_at(read(core("configmaps", "config")), {"data", "key"}) == "1"; }));
  fixture->advance(2s);
  EXPECT_EQ(text_at(hook(), {"metadata", "uid"}), uid);
  EXPECT_FALSE(at_path(app(), {"status", "operationState", "operation", "sync", "resources"}).empty());
}

using ConformanceOfSets = WithSet;

TEST_F(ConformanceOfSets, generated_annotation_is_reverted) {
  given_set({config("1")});
  ASSERT_TRUE(patch_app({{"metadata", {{"annotations", {{"mine", "1"}}}, {"labels", {{"mine", "1"}}}}}}));
  EXPECT_TRUE(until([&] {
    return !at_path(app(), {"metadata", "annotations"}).contains("mine") && !at_path(app(), {"metadata", "labels"}).contains("mine");
  }));
}

TEST_F(ConformanceOfSets, generated_application_is_recreated) {
  given_set({config("1")});
  const std::string uid = text_at(app(), {"metadata", "uid"});
  ASSERT_TRUE(api().remove(app_path(), {}));
  EXPECT_TRUE(until([&] { return !app().is_null() && text_at(app(), {"metadata", "uid"}) != uid; }));
}

TEST_F(ConformanceOfSets, rolling_sync_strips_automated) {
  given_set({config("1")});
  EXPECT_FALSE(at_path(app(), {"spec", "syncPolicy"}).contains("automated"));
  ASSERT_TRUE(until([&] { return phase() == "Succeeded"; })) << "the set itself starts the sync";
  EXPECT_EQ(text_at(app(), {"status", "operationState", "operation", "initiatedBy", "username"}), "applicationset-controller");
}

TEST_F(ConformanceOfSets, rolling_sync_waits_for_the_step_before) {
  given_set({hook_job({4, 1}), config("1")});
  ASSERT_TRUE(until([&] { return phase() == "Failed"; })) << app().dump(1);
  EXPECT_TRUE(stays([&] { return !read(app_path("b"))["status"].contains("operationState"); }, 8s));
}

}  // namespace
}  // namespace refloat::conformance
