#include "sim/argo_controller.h"

#include <memory>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/argo_compare.h"
#include "sim/argo_operation.h"
#include "sim/argo_refresh.h"
#include "sim/argo_settings.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/git.h"

namespace refloat::sim {

namespace {

constexpr const char* cascade_finalizer = "resources-finalizer.argocd.argoproj.io";

class ApplicationController final : public Controller {
 public:
  ApplicationController(ControlPlane plane, const GitRepos& git, const ArgoSettings& settings)
      : plane_(std::move(plane)), git_(&git), operations_(plane_, git, settings), refreshes_(plane_, git, settings) {}

  void step(Time now) override {
    for (const Json& app : plane_.all("argoproj.io", "applications")) {
      if (is_deleting(app) && !at_path(app, {"operation"}).is_object()) {
        finalize(app);
        continue;
      }
      if (operations_.process(ns_of(app), name_of(app), now)) {
        refreshes_.force(uid_of(app));
      }
      refreshes_.process(ns_of(app), name_of(app), now);
    }
  }

  void restart() override {
    operations_.restart();
    refreshes_.restart();
  }

 private:
  // Deletion waits for .operation to be gone, then cascades to what the Application owns.
  void finalize(const Json& app) {
    if (!has_finalizer(app, cascade_finalizer)) {
      return;
    }
    bool left = false;
    for (const ComparedResource& resource : compare_app(plane_, *git_, app, text_at(app, {"status", "sync", "revision"})).resources) {
      if (resource.live.is_null()) {
        continue;
      }
      left = true;
      if (!is_deleting(resource.live)) {
        plane_.remove(resource.live, "Foreground");
      }
    }
    if (!left) {
      plane_.remove_finalizer(app, cascade_finalizer);
    }
  }

  ControlPlane plane_;
  const GitRepos* git_;
  OperationProcessor operations_;
  AppRefresher refreshes_;
};

}  // namespace

std::unique_ptr<Controller> make_application_controller(ControlPlane plane, const GitRepos& git, const ArgoSettings& settings) {
  return std::make_unique<ApplicationController>(std::move(plane), git, settings);
}

}  // namespace refloat::sim
