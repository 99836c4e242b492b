// Argo CD's operation processing: what happens to an Application whose .operation is set.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "sim/argo_settings.h"
#include "sim/control_plane.h"
#include "sim/git.h"

namespace refloat::sim {

// When a failed operation is tried again: finishedAt + min(maxDuration, duration * factor^retryCount).
Time next_retry(const Json& operation, Time finished, int retry_count);

class OperationProcessor {
 public:
  OperationProcessor(ControlPlane& plane, const GitRepos& git, const ArgoSettings& settings)
      : plane_(&plane), git_(&git), settings_(&settings) {}

  // One look at one Application; true when an operation completed.
  bool process(const std::string& ns, const std::string& name, Time now);
  // What was in memory is lost.
  void restart() {
    late_.clear();
    next_pass_.clear();
  }

 private:
  struct LatePatch {
    Time due;
    Json patch;
  };

  bool pass(const Json& app, Json state, bool terminating, Time now);
  void sync_app_state(const Json& app, Json& state, Time now);
  void settle(const Json& app, Json& state, bool terminating, Time now);
  void write(const Json& app, Json state, Time now);
  bool resume(const Json& app, Json& state, bool& terminating, Time now);

  ControlPlane* plane_;
  const GitRepos* git_;
  const ArgoSettings* settings_;
  std::map<std::string, Time> next_pass_;
  std::map<std::string, LatePatch> late_;
};

}  // namespace refloat::sim
