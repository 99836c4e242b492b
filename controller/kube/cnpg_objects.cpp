#include "kube/cnpg_objects.h"

#include <string>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/cnpg.h"

namespace refloat {
namespace {

template <class T>
void read_metadata(const Json& object, const char* kind, T& into) {
  into.ref = {kind, text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}),
              text_at(object, {"metadata", "uid"})};
  into.resource_version = text_at(object, {"metadata", "resourceVersion"});
  into.deletion_at = parse_time(text_at(object, {"metadata", "deletionTimestamp"}));
}

// The first condition of this type, or null.
const Json& condition_of(const Json& object, const char* type) {
  static const Json none;
  const Json& conditions = at_path(object, {"status", "conditions"});
  if (!conditions.is_array()) return none;
  for (const Json& each : conditions) {
    if (text_at(each, {"type"}) == type) return each;
  }
  return none;
}

void read_roles(const Json& status, PostgresCluster& cluster) {
  if (const Json& by_status = at_path(status, {"managedRolesStatus", "byStatus"}); by_status.is_object()) {
    for (const auto& [state, roles] : by_status.items()) {
      if (roles.is_array()) cluster.roles_by_status[state] = static_cast<int>(roles.size());
    }
  }
  if (const Json& refused = at_path(status, {"managedRolesStatus", "cannotReconcile"}); refused.is_object()) {
    for (const auto& [role, reasons] : refused.items()) cluster.unreconcilable_roles.push_back(role);
  }
}

}  // namespace

PostgresCluster parse_postgres_cluster(const Json& object) {
  PostgresCluster cluster;
  read_metadata(object, "Cluster", cluster);
  const Json& status = at_path(object, {"status"});
  cluster.phase = printable(text_at(status, {"phase"}));
  const Json& ready = condition_of(object, "Ready");
  cluster.ready = text_at(ready, {"status"});
  cluster.ready_message = printable(text_at(ready, {"message"}));
  cluster.current_primary = text_at(status, {"currentPrimary"});
  cluster.target_primary = text_at(status, {"targetPrimary"});
  cluster.instances = static_cast<int>(int_at(status, {"instances"}));
  cluster.ready_instances = static_cast<int>(int_at(status, {"readyInstances"}));
  read_roles(status, cluster);
  return cluster;
}

PostgresDatabase parse_postgres_database(const Json& object) {
  PostgresDatabase database;
  read_metadata(object, "Database", database);
  database.cluster = text_at(object, {"spec", "cluster", "name"});
  database.database = text_at(object, {"spec", "name"});
  database.owner = text_at(object, {"spec", "owner"});
  if (const Json& applied = at_path(object, {"status", "applied"}); applied.is_boolean()) database.applied = applied.get<bool>();
  database.message = printable(text_at(object, {"status", "message"}));
  return database;
}

PostgresPooler parse_postgres_pooler(const Json& object) {
  PostgresPooler pooler;
  read_metadata(object, "Pooler", pooler);
  pooler.cluster = text_at(object, {"spec", "cluster", "name"});
  pooler.type = text_at(object, {"spec", "type"});
  pooler.pool_mode = text_at(object, {"spec", "pgbouncer", "poolMode"});
  pooler.paused = bool_at(object, {"spec", "pgbouncer", "paused"});
  return pooler;
}

}  // namespace refloat
