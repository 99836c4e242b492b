// A Deployment or StatefulSet, only what diagnosis and restarts use.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "model/object_ref.h"

namespace refloat {

struct Workload {
  ObjectRef ref;  // kind Deployment or StatefulSet
  std::string resource_version;
  std::map<std::string, std::string> labels;
  std::string tracking_app;                                // as in Job
  bool tracked_by_label = false;                           // likewise
  int replicas = 1;                                        // spec.replicas
  int updated = 0, ready = 0, available = 0, current = 0;  // status; current = status.replicas
  std::int64_t generation = 0, observed_generation = 0;
  std::string restarted_at;  // template annotation kubectl.kubernetes.io/restartedAt
  std::optional<Time> deletion_at;

  // The rollout the controller was asked for is complete and every replica is ready.
  [[nodiscard]] bool settled() const {
    return observed_generation >= generation && updated == replicas && ready == replicas && current == replicas;
  }
};

}  // namespace refloat
