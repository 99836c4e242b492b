#include "model/pod.h"

#include <algorithm>
#include <string>

namespace refloat {
namespace {

bool waits_in_vain(const ContainerState& container) {
  const std::string& reason = container.waiting_reason;
  return !reason.empty() && reason != "ContainerCreating" && reason != "PodInitializing";
}

}  // namespace

bool Pod::may_still_end() const {
  if (phase == "Running") return true;
  return phase == "Pending" && !unschedulable && std::none_of(containers.begin(), containers.end(), waits_in_vain);
}

}  // namespace refloat
