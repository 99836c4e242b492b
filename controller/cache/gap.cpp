#include "cache/gap.h"

#include <optional>
#include <string>

#include "base/result.h"
#include "kube/kube_api.h"
#include "model/snapshot.h"

namespace refloat {

std::string qualified(const Resource& resource) {
  return resource.group.empty() ? resource.plural : resource.plural + "." + resource.group;
}

std::string where(const Resource& resource) {
  return resource.ns.empty() ? "in the whole cluster" : "in namespace " + resource.ns;
}

std::optional<Unexamined> as_gap(const Resource& resource, const Error& error) {
  const std::string what = qualified(resource) + " " + where(resource);
  if (error.kind == ErrorKind::denied) return Unexamined{what, "not allowed: needs verb list on " + what, error.kind};
  if (error.kind == ErrorKind::not_found) return Unexamined{what, "the API server does not know this kind", error.kind};
  return std::nullopt;
}

}  // namespace refloat
