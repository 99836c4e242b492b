#include "model/cnpg.h"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "model/stack.h"

namespace refloat {
namespace {

// "<cluster><one of the endings>" without its ending, or "".
std::string without_ending(std::string_view name, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings) {
    if (name.size() > ending.size() && name.ends_with(ending)) return std::string(name.substr(0, name.size() - ending.size()));
  }
  return {};
}

// "<service>.<namespace>.svc..." or "<service>"; an address has no such parts.
std::string label_of(const std::string& host, std::size_t index) {
  std::size_t begin = 0;
  for (; index > 0; --index) {
    const std::size_t dot = host.find('.', begin);
    if (dot == std::string::npos) return {};
    begin = dot + 1;
  }
  return host.substr(begin, host.find('.', begin) - begin);
}

}  // namespace

std::optional<PostgresClusterName> cnpg_cluster_of(const std::string& host, const std::string& secret,
                                                   const std::string& workload_namespace) {
  const std::string zone = label_of(host, 2);
  const bool in_cluster = zone.empty() || zone == "svc";
  const std::string by_host = in_cluster ? without_ending(label_of(host, 0), {"-rw", "-ro", "-r"}) : "";
  if (!by_host.empty()) {
    const std::string ns = label_of(host, 1);
    return PostgresClusterName{ns.empty() ? workload_namespace : ns, by_host};
  }
  const std::string by_secret = host.empty() ? without_ending(secret, {"-app", "-superuser"}) : "";
  if (by_secret.empty()) return std::nullopt;
  return PostgresClusterName{workload_namespace, by_secret};
}

std::optional<PostgresClusterName> cnpg_cluster_of(const StackDatabase& database, const std::string& workload_namespace) {
  const Connection& to = database.connection;
  return cnpg_cluster_of(to.host, to.secret ? to.secret->name : "", workload_namespace);
}

std::set<PostgresClusterName> cnpg_clusters_of(const Stack& stack) {
  std::set<PostgresClusterName> clusters;
  for (const StackDatabase& database : stack.databases) {
    if (auto cluster = cnpg_cluster_of(database, stack.workload_namespace)) clusters.insert(std::move(*cluster));
  }
  return clusters;
}

std::string switchover_of(const PostgresCluster& cluster) {
  const std::string name = "CloudNativePG Cluster " + cluster.ref.name;
  if (cluster.current_primary != cluster.target_primary) {
    return name + " changes its primary from " + (cluster.current_primary.empty() ? "none" : cluster.current_primary) + " to " +
           (cluster.target_primary.empty() ? "none" : cluster.target_primary);
  }
  if (cluster.ready == "True") return {};
  const std::string phase = cluster.phase.empty() ? "" : ": " + cluster.phase;
  return name + (cluster.ready.empty() ? " does not say that it is ready" : " is not ready") + phase;
}

}  // namespace refloat
