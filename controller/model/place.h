// Where a namespaced object lives when Argo CD deploys to more than one cluster. Everything that keys or compares by a namespace uses one
// string: "orders" is a namespace of our own cluster, "prod/orders" one of the destination cluster prod, and "prod/" all of that. No
// namespace holds a slash, so neither is ever taken for the other.
#pragma once

#include <string>

namespace refloat {

struct Place {
  std::string cluster;  // as Argo CD calls it; empty = our own
  std::string ns;       // as the cluster calls it; empty = all of the cluster
};

Place place_of(const std::string& ns);
// The inverse.
std::string namespace_in(const std::string& cluster, const std::string& ns);
// "in namespace prod/orders", "in the whole cluster", "in the whole cluster prod".
std::string where(const std::string& ns);

}  // namespace refloat
