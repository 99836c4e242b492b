// An Argo CD ApplicationSet, only what its rolling sync waits for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/object_ref.h"

namespace refloat {

// One row of status.applicationStatus.
struct ApplicationStep {
  std::string application;
  std::string status;  // Waiting | Pending | Progressing | Healthy
  std::string step;    // of spec.strategy.rollingSync.steps, from "1"
  std::string message;
  std::optional<Time> changed_at;  // lastTransitionTime
};

struct ApplicationSet {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> deletion_at;
  std::string strategy;  // spec.strategy.type: "", AllAtOnce, RollingSync
  int steps = 0;         // of spec.strategy.rollingSync
  std::vector<ApplicationStep> applications;
};

}  // namespace refloat
