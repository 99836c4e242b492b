// An Argo CD AppProject: when its Applications may be synced, and where they may deploy.
#pragma once

#include <string>
#include <vector>

namespace refloat {

struct SyncWindow {
  std::string kind;       // allow | deny
  std::string schedule;   // cron, five fields
  std::string duration;   // Go duration
  std::string time_zone;  // IANA name; empty = UTC
  bool manual_sync = false;
  bool and_operator = false;                                    // all given lists must match, not any
  std::vector<std::string> applications, namespaces, clusters;  // globs
};

// One of spec.destinations: globs, "!..." denies.
struct ProjectDestination {
  std::string server, name, ns;
};

struct AppProject {
  std::string name;
  std::vector<SyncWindow> windows = {};
  std::string ns = {};
  std::vector<ProjectDestination> destinations = {};
  std::vector<std::string> source_namespaces = {};  // globs: besides Argo CD's own, where its Applications may be
  bool only_own_clusters = false;                   // permitOnlyProjectScopedClusters
};

// Argo CD 3.x (IsDestinationPermitted): a destination by the cluster's name or server and the namespace, and none that denies it.
bool permits(const AppProject& project, const std::string& cluster, const std::string& server, const std::string& ns);

}  // namespace refloat
