#include <string>

#include "kube/http.h"
#include "kube/kube_api.h"

namespace refloat {

std::string Resource::path() const {
  std::string path = group.empty() ? "/api/" + percent_encode(version) : "/apis/" + percent_encode(group) + "/" + percent_encode(version);
  if (!ns.empty()) path += "/namespaces/" + percent_encode(ns);
  path += "/" + percent_encode(plural);
  if (!name.empty()) path += "/" + percent_encode(name);
  if (!subresource.empty()) path += "/" + percent_encode(subresource);
  return path;
}

}  // namespace refloat
