#include "simulation/soak/troubles.h"

#include "cli/demo/incidents.h"
#include "simulation/breaks.h"

namespace refloat::simulation {

const std::vector<Trouble>& troubles() {
  static const std::vector<Trouble> all = [] {
    std::vector<Trouble> out{{"none", [](DemoStage& /*stage*/) { return true; }, {}, true}};
    for (const Break& each : recoverable_breaks()) out.push_back({each.name, each.strike, each.needs, true, each.signature});
    for (const char* name : {"wrong-password", "version-reset", "foreign-finalizer", "closed-window"})
      out.push_back({name, find_incident(name)->strike, {}, false});
    return out;
  }();
  return all;
}

}  // namespace refloat::simulation
