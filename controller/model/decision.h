// What a guardrail says about one step or effect.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace refloat {

struct Decision {
  std::string guardrail;
  bool allowed = true;
  std::string reason;            // why denied; may also say why allowed
  std::optional<Time> retry_at;  // when the denial may end by itself
};

// True when none denies.
bool all_allow(const std::vector<Decision>& decisions);

}  // namespace refloat
