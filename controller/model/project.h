// An Argo CD AppProject, only its sync windows.
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

struct AppProject {
  std::string name;
  std::vector<SyncWindow> windows;
};

}  // namespace refloat
