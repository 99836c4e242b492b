// CloudNativePG's kinds, only what tells whether a database may be touched and how it is reached. No Secret is named here.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/database_reading.h"
#include "model/object_ref.h"
#include "model/stack.h"

namespace refloat {

struct PostgresCluster {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> deletion_at;
  std::string phase;
  std::string ready;  // status of condition Ready: True | False | Unknown; "" = not said
  std::string ready_message;
  std::string current_primary, target_primary;
  int instances = 0, ready_instances = 0;         // status
  std::map<std::string, int> roles_by_status;     // managedRolesStatus.byStatus: how many roles are reconciled, pending-reconciliation, ...
  std::vector<std::string> unreconcilable_roles;  // managedRolesStatus.cannotReconcile: names only
};

struct PostgresDatabase {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> deletion_at;
  std::string cluster;  // spec.cluster.name
  std::string database, owner;
  std::optional<bool> applied;  // status.applied
  std::string message;          // status.message
};

struct PostgresPooler {
  ObjectRef ref;  // its Service has the same name
  std::string resource_version;
  std::optional<Time> deletion_at;
  std::string cluster;  // spec.cluster.name
  std::string type;     // rw | ro | r
  std::string pool_mode;
  bool paused = false;
};

// Where a Cluster object is.
struct PostgresClusterName {
  std::string ns, name;

  auto operator<=>(const PostgresClusterName&) const = default;
};

// The Cluster that a database's host ("<cluster>-rw", with or without its namespace and domain) or Secret ("<cluster>-app") belongs to by
// CloudNativePG's own naming; nothing when neither looks like that. Whether there is such a Cluster is another question. It is what the
// Stack alone tells: a host in a Secret or DSN is known only to who has reached the database.
std::optional<PostgresClusterName> cnpg_cluster_of(const StackDatabase& database, const std::string& workload_namespace);
std::optional<PostgresClusterName> cnpg_cluster_of(const std::string& host, const std::string& secret,
                                                   const std::string& workload_namespace);

// Of all databases of a Stack.
std::set<PostgresClusterName> cnpg_clusters_of(const Stack& stack);

// The Clusters behind the hosts by which a database was reached, or tried to be, wherever their names came from.
std::set<PostgresClusterName> cnpg_clusters_of(const DatabaseReading& reading, const std::string& workload_namespace);

// Why nothing must be done to its databases now: a switchover or failover is under way. "" = nothing. Whether it is Ready says nothing
// about that: an update that waits for a person keeps it from being so for days.
std::string switchover_of(const PostgresCluster& cluster);

}  // namespace refloat
