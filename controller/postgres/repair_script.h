// The statements of each repair, in the order they are sent: what a plan prints and what runs are the same strings.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/write.h"

namespace refloat {

struct RepairScript {
  std::vector<std::string> open;    // BEGIN and time limits
  std::string serialise;            // answers false when another of us is at it
  std::vector<std::string> locks;   // keep a migrator from writing its version row meanwhile
  std::vector<std::string> look;    // what the guard is decided on
  std::vector<std::string> change;  // each must change exactly one row or make one object
  std::string look_again;           // for migrators, just before the end: a lock may have been waited for
  bool returns_rows = false;        // a change is a row change and answers with the row before or after it

  [[nodiscard]] std::vector<std::string> all(bool rehearse) const;
};

// Whether it concerns namespace_metadata, which only the main schema has.
bool about_metadata_row(RepairKind kind);

// invalid = unknown or no objects named.
Result<RepairScript> repair_script(RepairKind kind, const std::vector<std::string>& arguments);

}  // namespace refloat
