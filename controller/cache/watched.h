// The kinds of objects that the cache keeps.
#pragma once

#include <cstddef>
#include <string>

#include "kube/kube_api.h"

namespace refloat {

enum class Watched {
  application,
  project,
  job,
  pod,
  deployment,
  stateful_set,
  replica_set,
  node,
  claim,
  application_set,
  postgres_cluster,
  postgres_database,
  postgres_pooler
};
inline constexpr std::size_t watched_count = 13;

// Kinds that no look at every Stack rests on: only facts in use do, or a guardrail that reads for itself.
bool is_optional(Watched what);

// A kind that every API server has.
bool is_built_in(Watched what);

// The resource type to watch, in one namespace or (empty) in all. Nodes have none.
Resource resource_of(Watched what, const std::string& ns);

}  // namespace refloat
