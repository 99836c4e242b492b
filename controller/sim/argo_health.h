// Health of a live object as Argo CD 3.x judges it.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"

namespace refloat::sim {

struct Health {
  std::string status;  // Healthy | Suspended | Progressing | Missing | Degraded | Unknown
  std::string message;
};

// Nothing for kinds that have no health check.
std::optional<Health> health_of(const Json& live);
// The worse of two codes.
std::string worse_health(const std::string& a, const std::string& b);

}  // namespace refloat::sim
