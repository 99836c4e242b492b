#include "model/cnpg_hosts.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "model/cnpg.h"
#include "model/database_reading.h"
#include "model/place.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {
namespace {

constexpr const char* clusters_in = "clusters.postgresql.cnpg.io in namespace ";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// In another cluster only where the Stack's Applications deploy: there we ask with Argo CD's rights.
bool is_meant(const PostgresClusterName& cluster, const std::string& hosts, const Stack& stack, const Snapshot& snapshot) {
  if (!place_of(cluster.ns).cluster.empty()) return snapshot.is_destination(cluster.ns);
  return cluster.ns == stack.workload_namespace || snapshot.is_destination(cluster.ns) ||
         lower(hosts).find("." + cluster.ns + ".svc") != std::string::npos;
}

}  // namespace

std::set<PostgresClusterName> clusters_to_ask(const Stack& stack, const Snapshot& snapshot) {
  std::set<PostgresClusterName> clusters;
  for (const StackDatabase& database : stack.databases) {
    const auto cluster = cnpg_cluster_of(database, stack.workload_namespace);
    if (cluster && is_meant(*cluster, database.connection.host, stack, snapshot)) clusters.insert(*cluster);
  }
  return clusters;
}

std::set<PostgresClusterName> clusters_to_ask(const DatabaseReading& reading, const Stack& stack, const Snapshot& snapshot) {
  std::set<PostgresClusterName> clusters;
  for (const PostgresClusterName& cluster : cnpg_clusters_of(reading, stack.workload_namespace)) {
    if (is_meant(cluster, reading.address, stack, snapshot)) clusters.insert(cluster);
  }
  return clusters;
}

std::string unread_clusters(const std::string& ns) {
  return clusters_in + ns;
}

bool is_unread_clusters(const Unexamined& gap) {
  return gap.what.starts_with(clusters_in);
}

}  // namespace refloat
