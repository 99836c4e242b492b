// Who may do what: everything, but for the denials a test adds.
#pragma once

#include <string>
#include <vector>

#include "kube/kube_api.h"

namespace refloat::sim {

// Refuses what matches; an empty field matches anything.
struct Denial {
  std::string user, verb, group, resource, subresource, ns;
};

class AccessRules {
 public:
  void deny(Denial denial) { denials_.push_back(std::move(denial)); }
  void clear() { denials_.clear(); }
  [[nodiscard]] bool allowed(const std::string& user, const AccessQuestion& question) const;

 private:
  std::vector<Denial> denials_;
};

}  // namespace refloat::sim
