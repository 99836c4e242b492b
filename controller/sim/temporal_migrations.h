// The statements of each Temporal schema version, cut down to what makes them distinguishable and what makes an interrupted one fail.
// Order and count of the statements are those of Temporal 1.29, so that "killed after statement k" means the same.
#pragma once

#include <string>
#include <vector>

#include "model/versions.h"

namespace refloat {

struct Migration {
  SchemaVersion version;
  std::string min_compatible;
  std::vector<std::string> statements;
};

// Oldest first. dialect: temporal (1.0 to 1.18) or temporal-visibility (1.0 to 1.9).
const std::vector<Migration>& temporal_migrations(const std::string& dialect);

}  // namespace refloat
