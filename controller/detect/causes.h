// Tells causes from effects among the findings of one Stack.
#pragma once

#include <vector>

#include "model/finding.h"
#include "model/playbook.h"

namespace refloat {

struct Found {
  Finding finding;
  const Signature* signature = nullptr;
};

// Whether one, being true, is why the other is.
bool explains(const Found& cause, const Found& effect);

// Fills caused_by and sorts into findings (root causes, by severity) and suppressed.
void separate_causes(std::vector<Found> found, StackDiagnosis& diagnosis);

}  // namespace refloat
