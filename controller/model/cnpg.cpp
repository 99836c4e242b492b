#include "model/cnpg.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "model/database_reading.h"
#include "model/place.h"
#include "model/stack.h"

namespace refloat {
namespace {

// CloudNativePG's own words (api/v1/cluster_types.go): the phase is set before the target primary and may outlast it.
constexpr std::string_view changing_phases[] = {"Switchover in progress", "Failing over"};

// Of "host:port/database", as a reading calls what it reached; several hosts stand between commas. Names know no case, and may end in a
// dot.
std::vector<std::string> hosts_of(const std::string& address) {
  const std::string place = address.substr(0, address.find('/'));
  std::vector<std::string> hosts = split(place.substr(0, place.rfind(':')), ',');
  for (std::string& host : hosts) {
    std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (host.ends_with('.')) host.pop_back();
  }
  return hosts;
}

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
    return PostgresClusterName{ns.empty() ? workload_namespace : namespace_in(place_of(workload_namespace).cluster, ns), by_host};
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

std::set<PostgresClusterName> cnpg_clusters_of(const DatabaseReading& reading, const std::string& workload_namespace) {
  std::set<PostgresClusterName> clusters;
  for (const std::string& host : hosts_of(reading.address)) {
    if (auto cluster = cnpg_cluster_of(host, "", workload_namespace)) clusters.insert(std::move(*cluster));
  }
  return clusters;
}

std::string switchover_of(const PostgresCluster& cluster) {
  const std::string name = "CloudNativePG Cluster " + cluster.ref.name;
  if (cluster.current_primary != cluster.target_primary) {
    return name + " changes its primary from " + (cluster.current_primary.empty() ? "none" : cluster.current_primary) + " to " +
           (cluster.target_primary.empty() ? "none" : cluster.target_primary);
  }
  for (const std::string_view phase : changing_phases) {
    if (cluster.phase == phase) return name + " changes its primary: " + cluster.phase;
  }
  return {};
}

}  // namespace refloat
