// What differs between Argo CD installations and versions.
#pragma once

#include "base/time.h"

namespace refloat::sim {

struct ArgoSettings {
  bool merge_patch_leak = true;  // 3.0 to 3.5: fields of the previous operationState survive in the next one
  Duration resync{180000};       // how often a target revision is resolved again without being asked
  Duration refresh_takes{300};   // between reading an Application for a refresh and saving what was found
  Duration between_passes{500};  // between two passes of one operation
  Duration patch_latency{0};     // between deciding about an operation and writing it: the window in which writes of others are lost
  Duration sync_timeout{0};      // 0 = never
};

}  // namespace refloat::sim
