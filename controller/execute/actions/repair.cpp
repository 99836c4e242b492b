#include "execute/actions/repair.h"

#include <string>
#include <utility>
#include <vector>

#include "execute/action.h"
#include "model/database_reading.h"
#include "model/write.h"

namespace refloat {

SqlWrite repair_write(const StepView& view, RepairKind kind, std::vector<std::string> arguments, std::string describe) {
  return {view.step.database, kind, std::move(arguments), {}, std::move(describe)};
}

std::string recorded(const DatabaseReading& reading) {
  for (const VersionRow& row : reading.schema->versions) {
    if (row.db_name == reading.database) return row.current;
  }
  return {};
}

bool has_own_row(const DatabaseReading& reading) {
  return !recorded(reading).empty();
}

}  // namespace refloat
