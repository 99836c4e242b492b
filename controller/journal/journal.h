// Where a Recovery is kept: intent before effect, outcome after. Any process that can reach it can resume.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "model/recovery.h"

namespace refloat {

class Journal {
 public:
  virtual ~Journal() = default;
  // Where it is kept, for people.
  virtual std::string where() const = 0;
  // The unfinished Recovery of this Stack, if there is one.
  virtual Result<std::optional<Recovery>> unfinished(const std::string& ns, const std::string& stack) = 0;
  // Stores it; stale = someone else wrote in between. Updates recovery.resource_version.
  virtual Result<> save(Recovery& recovery) = 0;
  // Called on every pass that only waits: renews what keeps other runs away. stale = another run took over, so stop.
  virtual Result<> keep() { return ok(); }
};

}  // namespace refloat
