// What Argo CD finds when it compares an Application's manifests with what lives.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sim/control_plane.h"
#include "sim/git.h"
#include "sim/stored_object.h"

namespace refloat::sim {

// One object of an Application: in Git, alive, or both.
struct ComparedResource {
  Json target;        // null = no longer in Git
  StoredObject live;  // null = missing
  bool synced = false;
  bool hook = false;
  // The manifest, or what is left of it.
  [[nodiscard]] const Json& object() const { return target.is_null() ? live.json() : target; }
};

// Group and plural.
using ResourceName = std::pair<std::string, std::string>;

struct AppComparison {
  std::string error;                        // manifests could not be generated: ComparisonError
  std::string revision;                     // the commit compared with
  std::vector<ComparedResource> resources;  // ordinary ones
  std::vector<Json> hooks;                  // manifests that are hooks
  std::string sync_status;                  // Synced | OutOfSync | Unknown
  std::string health;
  std::vector<ResourceName> looked_at;  // whose objects decided about it, beside the Application itself

  // status.resources as Argo CD 3.x writes it: without health.
  [[nodiscard]] Json resource_list() const;
};

// Compares at a commit; the manifests get the destination namespace and the tracking annotation.
AppComparison compare_app(const ControlPlane& plane, const GitRepos& git, const Json& app, const std::string& commit);

// The last change of anything that was looked at.
std::int64_t newest_change(const ControlPlane& plane, const std::vector<ResourceName>& looked_at);

// Whether every field of the manifest is so in the live object.
bool subset_of(const Json& target, const Json& live);
bool is_hook(const Json& manifest);
// "<app>:<group>/<kind>:<ns>/<name>".
std::string tracking_id(const Json& app, const Json& manifest);
std::string group_of(const Json& object);

}  // namespace refloat::sim
