#include "conformance/conformance_test.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "conformance/fixture.h"
#include "kube/kube_api.h"
#include "model/write.h"

namespace refloat::conformance {

Json Conformance::job(const std::string& name, const Behaviour& behaviour, int backoff_limit) {
  Json job{{"apiVersion", "batch/v1"}, {"kind", "Job"}, {"metadata", {{"name", name}}}};
  job["spec"] = {{"backoffLimit", backoff_limit},
                 {"template",
                  {{"spec",
                    {{"hostNetwork", true},
                     {"terminationGracePeriodSeconds", 1},
                     {"restartPolicy", "Never"},
                     {"containers", {fixture->container(behaviour)}}}}}}};
  return job;
}

Json Conformance::hook_job(const Behaviour& behaviour) {
  Json hook = job("hook", behaviour);
  hook["metadata"]["annotations"] = {{"argocd.argoproj.io/hook", "PreSync"},
                                     {"argocd.argoproj.io/hook-delete-policy", "BeforeHookCreation"}};
  return hook;
}

Json Conformance::config(const std::string& value) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "config"}}}, {"data", {{"key", value}}}};
}

Json Conformance::deployment(const Behaviour& behaviour) {
  const Json labels{{"app", "web"}};
  Json deployment{{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"metadata", {{"name", "web"}}}};
  deployment["spec"] = {
      {"replicas", 1},
      {"strategy", {{"type", "Recreate"}}},
      {"selector", {{"matchLabels", labels}}},
      {"template",
       {{"metadata", {{"labels", labels}}},
        {"spec", {{"hostNetwork", true}, {"terminationGracePeriodSeconds", 1}, {"containers", {fixture->container(behaviour)}}}}}}};
  return deployment;
}

Json Conformance::application(Json policy) {
  Json app{{"apiVersion", "argoproj.io/v1alpha1"},
           {"kind", "Application"},
           {"metadata", {{"name", app_name()}, {"namespace", fixture->argo_ns()}}}};
  app["spec"] = {{"project", "default"},
                 {"source", {{"repoURL", fixture->repo()}, {"path", "app"}, {"targetRevision", "main"}}},
                 {"destination", {{"server", "https://kubernetes.default.svc"}, {"namespace", fixture->ns()}}}};
  if (!policy.is_null()) {
    app["spec"]["syncPolicy"] = std::move(policy);
  }
  return app;
}

void Conformance::given_app(const std::vector<Json>& manifests, Json policy) {
  fixture->commit(manifests);
  Resource path = app_path();
  path.name.clear();
  auto made = api().create(path, application(std::move(policy)), {});
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(until([&] { return !text_at(app(), {"status", "sync", "status"}).empty(); })) << app().dump(1);
}

void Conformance::start_sync(Json sync, Json retry, bool keep_state) {
  Json operation{{"initiatedBy", {{"username", "conformance"}}}, {"sync", std::move(sync)}};
  if (!retry.is_null()) {
    operation["retry"] = std::move(retry);
  }
  Json patch{{"operation", std::move(operation)}};
  if (!keep_state) {
    patch["status"]["operationState"] = nullptr;
  }
  auto patched = patch_app(patch);
  ASSERT_TRUE(patched) << patched.error().message;
}

std::vector<Json> Conformance::pods(const std::string& selector) {
  ListOptions options;
  options.label_selector = selector;
  auto list = api().list(core("pods", ""), options);
  return list ? list->items : std::vector<Json>{};
}

bool Conformance::terminate(Duration limit) {
  return until(
      [&] {
        const Json live = app();
        if (live.is_null() || !live.contains("operation")) {
          return true;
        }
        if (text_at(live, {"status", "operationState", "phase"}) == "Running") {
          const std::string version = text_at(live, {"metadata", "resourceVersion"});
          (void)patch_app({{"metadata", {{"resourceVersion", version}}}, {"status", {{"operationState", {{"phase", "Terminating"}}}}}});
        }
        return false;
      },
      limit);
}

void Conformance::delete_hook_and_pod() {
  ASSERT_TRUE(api().remove(job_path("hook"), {}));
  for (const Json& pod : pods("job-name=hook")) {
    ASSERT_TRUE(api().remove(core("pods", text_at(pod, {"metadata", "name"})), {}));
  }
}

bool has_condition(const Json& object, const std::string& type) {
  const Json& conditions = at_path(object, {"status", "conditions"});
  return std::any_of(conditions.begin(), conditions.end(),
                     [&](const Json& c) { return text_at(c, {"type"}) == type && text_at(c, {"status"}) == "True"; });
}

}  // namespace refloat::conformance
