// Which kinds the simulated API server serves, and how they differ.
#pragma once

#include <string>
#include <vector>

namespace refloat::sim {

struct ResourceType {
  std::string group, version, plural, kind;
  bool namespaced = true;
  bool custom = false;             // defined by a CRD: no strategic merge patch, no defaulting
  bool status_subresource = true;  // writes to the main resource leave status alone, and the other way round
};

class ResourceTypes {
 public:
  // Kubernetes' own kinds and Argo CD's; not Refloat's.
  ResourceTypes();
  // What installing a CRD does.
  void install(ResourceType type) { types_.push_back(std::move(type)); }
  // Refloat's own kinds, as `refloat crds` installs them.
  void install_refloat();
  // Every kind of one group and version, as discovery lists them.
  [[nodiscard]] std::vector<ResourceType> of_group(const std::string& group, const std::string& version) const;
  // Nothing when the server does not know the resource.
  [[nodiscard]] const ResourceType* find(const std::string& group, const std::string& plural) const;
  [[nodiscard]] const ResourceType* find_kind(const std::string& group, const std::string& kind) const;

 private:
  std::vector<ResourceType> types_;
};

}  // namespace refloat::sim
