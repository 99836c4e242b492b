// Whether a repair is right for what was read under its locks. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/database_reading.h"
#include "model/write.h"

namespace refloat {

struct RepairScene {
  std::string dialect;
  std::string database;   // current_database()
  TemporalSchema schema;  // read inside the repair's transaction
  std::vector<MigratorSession> migrators;
};

// Why nothing may be repaired beside these; nothing = there are none.
std::optional<std::string> refuse_beside(const std::vector<MigratorSession>& migrators);

// Why the repair must not be done; nothing = it may.
std::optional<std::string> refuse_repair(RepairKind kind, const std::vector<std::string>& arguments, const RepairScene& scene);

}  // namespace refloat
