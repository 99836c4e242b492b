// A Node, only what decides whether pods may go there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/object_ref.h"

namespace refloat {

struct Taint {
  std::string key, value;
  std::string effect;  // NoSchedule | PreferNoSchedule | NoExecute
};

struct Node {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> deletion_at;
  std::vector<Taint> taints;
  bool unschedulable = false;  // spec.unschedulable: cordoned
  bool ready = false;          // condition Ready=True
};

}  // namespace refloat
