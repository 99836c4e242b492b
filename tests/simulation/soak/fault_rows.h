// Every fault of the catalogue and some of people and machines: where the soak lets it strike, or why it cannot.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/faults.h"

namespace refloat::simulation {

// How a fault is brought about.
enum class Means {
  wire,        // armed in sim/faults, struck by the simulated API server's port
  port,        // struck by the soak's own ports around the program
  wake,        // struck where a watch would wake the controller
  outside,     // done to the cluster or the databases, at its time
  impossible,  // does not apply
};

struct FaultRow {
  const char* name;
  Means means;
  std::optional<sim::Fault> wire;
  const char* note;  // where it strikes; or why it does not apply, and what tests it instead
};

const std::vector<FaultRow>& fault_rows();
// Position of a row; ends the program for a name that is none.
std::size_t row_of(const char* name);

}  // namespace refloat::simulation
