// A PersistentVolumeClaim: that it is there and whether it is bound. We never write one.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "model/object_ref.h"

namespace refloat {

struct Claim {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> created_at;
  std::optional<Time> deletion_at;
  std::map<std::string, std::string> labels;
  std::string tracking_app;  // as in Job
  std::string phase;         // Pending | Bound | Lost
};

}  // namespace refloat
