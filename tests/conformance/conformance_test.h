// Base of all conformance cases: what they look at and start, in the words of Argo CD and Kubernetes.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "conformance/fixture.h"
#include "kube/kube_api.h"
#include "model/write.h"

namespace refloat::conformance {

using namespace std::chrono_literals;

class Conformance : public testing::Test {
 protected:
  void SetUp() override { fixture = make_fixture(testing::UnitTest::GetInstance()->current_test_info()->name()); }

  KubeApi& api() { return fixture->api(); }
  Resource job_path(const std::string& name) { return {"batch", "v1", "jobs", fixture->ns(), name, ""}; }
  Resource core(const std::string& plural, const std::string& name) { return {"", "v1", plural, fixture->ns(), name, ""}; }
  // Application names carry the namespace, since all of them live in one.
  std::string app_name(const std::string& name = "a") { return fixture->ns() + "-" + name; }
  Resource app_path(const std::string& name = "a") {
    return {"argoproj.io", "v1alpha1", "applications", fixture->argo_ns(), app_name(name), ""};
  }

  // Null when it is not there.
  Json read(const Resource& object) {
    auto found = api().get(object);
    return found ? *found : Json();
  }
  Json app() { return read(app_path()); }
  Json hook() { return read(job_path("hook")); }
  std::string phase() { return text_at(app(), {"status", "operationState", "phase"}); }
  bool until(const std::function<bool()>& holds, Duration limit = 60s) { return fixture->wait_until(holds, limit); }
  // Whether it keeps holding for so long.
  bool stays(const std::function<bool()>& holds, Duration time) {
    return !fixture->wait_until([&] { return !holds(); }, time);
  }

  Json job(const std::string& name, const Behaviour& behaviour, int backoff_limit = 0);
  Json hook_job(const Behaviour& behaviour);
  Json config(const std::string& value);
  Json application(Json policy);
  Json deployment(const Behaviour& behaviour);

  // Commits, creates Application "a" and waits for its first comparison.
  void given_app(const std::vector<Json>& manifests, Json policy = Json());
  Result<Json> patch_app(const Json& patch) { return api().patch(app_path(), PatchType::merge, patch, {}); }
  // A sync as the API server would start it; the previous state is removed unless `keep_state`.
  void start_sync(Json sync = Json::object(), Json retry = Json(), bool keep_state = false);
  bool ends(Duration limit = 60s) {
    return until([&] { return !app().contains("operation"); }, limit);
  }
  bool hook_runs() {
    return until([&] {
      return phase() == "Running" &&
             text_at(app(), {"status", "operationState", "message"}).find("completion of hook") != std::string::npos &&
             int_at(hook(), {"status", "active"}) == 1;
    });
  }
  std::vector<Json> pods(const std::string& selector);
  // Writes Terminating, again whenever Argo CD's own patch has overwritten it, until the operation (or the Application) is gone.
  bool terminate(Duration limit = 60s);
  // Deletes the hook Job and its pod, as a person does who wants it gone.
  void delete_hook_and_pod();

  std::unique_ptr<Fixture> fixture;
};

bool has_condition(const Json& object, const std::string& type);

}  // namespace refloat::conformance
