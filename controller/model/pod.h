// A Pod, only what diagnosis uses.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/object_ref.h"

namespace refloat {

struct ContainerState {
  std::string name;
  bool init = false;
  bool ready = false;
  int restarts = 0;
  std::string waiting_reason;  // CrashLoopBackOff, ImagePullBackOff, ...; empty when not waiting
  std::string waiting_message;
  bool running = false;
  bool terminated = false;
  std::optional<int> last_exit_code;  // of the current termination, else of the previous one
  std::string image;
};

struct Pod {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> created_at;
  std::optional<Time> deletion_at;
  std::map<std::string, std::string> labels;
  std::string owner_kind, owner_name, owner_uid;  // controller owner: Job, ReplicaSet, StatefulSet
  std::string phase;                              // Pending | Running | Succeeded | Failed | Unknown
  bool ready = false;                             // condition Ready=True
  bool unschedulable = false;
  std::string schedule_message;
  std::vector<ContainerState> containers;  // init containers first

  // Runs, or may begin to: what waits for anything but its containers to be made (an image, a config) may wait for ever.
  [[nodiscard]] bool may_still_end() const;
};

}  // namespace refloat
