// One of the cluster's own control loops.
#pragma once

#include "base/time.h"

namespace refloat::sim {

class Controller {
 public:
  virtual ~Controller() = default;
  // Looks at everything it watches and does what is due; anything to come it asks the cluster's timers for.
  virtual void step(Time now) = 0;
  // The process was killed and started anew: what it held in memory is gone.
  virtual void restart() {}
};

}  // namespace refloat::sim
