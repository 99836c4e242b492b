#include "model/place.h"

#include <string>

namespace refloat {

// A cluster's name may be its address, with slashes of its own.
Place place_of(const std::string& ns) {
  const auto slash = ns.rfind('/');
  return slash == std::string::npos ? Place{{}, ns} : Place{ns.substr(0, slash), ns.substr(slash + 1)};
}

std::string namespace_in(const std::string& cluster, const std::string& ns) {
  return cluster.empty() ? ns : cluster + "/" + ns;
}

std::string where(const std::string& ns) {
  const Place place = place_of(ns);
  if (!place.ns.empty()) return "in namespace " + ns;
  return place.cluster.empty() ? "in the whole cluster" : "in the whole cluster " + place.cluster;
}

}  // namespace refloat
