#include "model/destinations.h"

#include <optional>
#include <string>

#include "model/application.h"
#include "model/place.h"

namespace refloat {

void Destinations::add(const std::string& name, const std::string& server) {
  by_destination_["name:" + name] = name;
  by_destination_[server] = name;
}

std::optional<std::string> Destinations::cluster_of(const std::string& destination_server) const {
  const std::string& to = destination_server;
  if (to.empty() || to == "https://kubernetes.default.svc" || to == "name:in-cluster" || to == server_) return "";
  const auto found = by_destination_.find(to);
  return found == by_destination_.end() ? std::nullopt : std::optional(found->second);
}

void Destinations::settle(Application& app) const {
  const std::optional<std::string> cluster = cluster_of(app.destination_server);
  app.elsewhere = !cluster;
  app.cluster = cluster.value_or("");
  if (!cluster || cluster->empty()) return;
  const auto name_by_cluster = [&](std::string& ns) {
    if (!ns.empty()) ns = namespace_in(*cluster, ns);
  };
  name_by_cluster(app.destination_namespace);
  for (OwnedResource& row : app.resources) name_by_cluster(row.ns);
  if (!app.operation) return;
  for (SyncedResource& row : app.operation->resources) name_by_cluster(row.ns);
}

}  // namespace refloat
