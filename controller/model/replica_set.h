// A ReplicaSet, only what ties a Pod to the revision of its Deployment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "model/object_ref.h"

namespace refloat {

struct ReplicaSet {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> created_at;
  std::optional<Time> deletion_at;
  std::string owner_kind, owner_name, owner_uid;  // controller owner: a Deployment
  std::int64_t revision = 0;                      // annotation deployment.kubernetes.io/revision; 0 = none
  std::string template_hash;                      // label pod-template-hash
  int replicas = 1;                               // spec.replicas
  int current = 0, ready = 0, available = 0;      // status; current = status.replicas
};

}  // namespace refloat
