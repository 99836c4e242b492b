// Argo CD's reconciliation: comparison, health, conditions, the refresh annotation, autosync.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/argo_compare.h"
#include "sim/argo_settings.h"
#include "sim/control_plane.h"
#include "sim/git.h"
#include "sim/stored_object.h"

namespace refloat::sim {

class AppRefresher {
 public:
  AppRefresher(ControlPlane& plane, const GitRepos& git, const ArgoSettings& settings) : plane_(&plane), git_(&git), settings_(&settings) {}

  // One look at one Application: begins a refresh when something asks for one, saves it when it is done.
  void process(const std::string& ns, const std::string& name, Time now);
  // An operation completed: compare again with a freshly resolved revision.
  void force(const std::string& uid) { resolved_.erase(uid); }
  void restart() {
    running_.clear();
    resolved_.clear();
  }

 private:
  struct Running {
    StoredObject seen;  // the Application as the refresh read it
    AppComparison found;
    Time due;
  };
  // What a look that found nothing to do was made of: as long as all of it is the same, there is nothing to do again.
  struct Idle {
    StoredObject app;
    std::string commit;
    std::uint64_t git = 0;
    std::vector<ResourceName> looked_at;
    std::int64_t newest = 0;
  };
  struct Resolved {
    std::string target, commit;
    Time at;
  };

  [[nodiscard]] std::string commit_for(const Json& app, bool fresh, Time now);
  bool begin(const StoredObject& app, Time now);
  [[nodiscard]] bool idle(const StoredObject& app, const std::string& commit) const;
  void save(const Running& refresh, Time now);
  [[nodiscard]] Json new_status(const Running& refresh, Time now) const;
  [[nodiscard]] static std::string autosync_refusal(const Json& app, const AppComparison& found);
  void autosync(const Json& app, const AppComparison& found, Time now);
  bool self_heal(const Json& app, const AppComparison& found, Json& operation, Time now);

  struct Healing {
    int attempts = 0;
    Time last{};
  };

  ControlPlane* plane_;
  const GitRepos* git_;
  const ArgoSettings* settings_;
  std::map<std::string, Running> running_;  // by uid
  std::map<std::string, Idle> idle_;
  std::map<std::string, Resolved> resolved_;
  std::map<std::string, Healing> healing_;
};

// The RFC 7386 patch that turns `before` into `after`.
Json merge_difference(const Json& before, const Json& after);

}  // namespace refloat::sim
