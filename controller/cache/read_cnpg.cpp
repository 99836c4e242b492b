#include "cache/read_cnpg.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cache/json_fields.h"
#include "cache/metadata_fields.h"
#include "model/cnpg.h"

namespace refloat {
namespace {

using namespace fields;

template <class T>
void take_metadata(Metadata& metadata, const char* kind, T& into) {
  into.ref = std::move(metadata.ref);
  into.ref.kind = kind;
  into.resource_version = std::move(metadata.version);
  into.deletion_at = metadata.deletion_at;
}

void read_message(Value value, std::string& into) {
  if (const auto found = text(value)) into = printable(*found);
}

// --- Cluster -----------------------------------------------------------------------------------------------------------------------

// Calls take(key, value) for each member; anything but an object has none.
template <class Take>
void each_member(Value value, Take take) {
  if (!is(value, Type::object)) return;
  for (auto member : value.get_object()) {
    const std::string_view key = key_of(member);
    take(key, member.value().value());
  }
}

void read_roles_by_status(Value value, PostgresCluster& cluster) {
  each_member(value, [&](std::string_view state, Value roles) {
    if (!is(roles, Type::array)) throw Unusual{};
    int count = 0;
    each_item(roles, [&](Value) { ++count; });
    if (!cluster.roles_by_status.emplace(state, count).second) throw Unusual{};
  });
}

// The names alone: a reason may quote a Secret's content.
void read_unreconcilable(Value value, PostgresCluster& cluster) {
  std::vector<std::string>& roles = cluster.unreconcilable_roles;
  each_member(value, [&](std::string_view role, Value) { roles.emplace_back(role); });
  std::sort(roles.begin(), roles.end());
  if (std::adjacent_find(roles.begin(), roles.end()) != roles.end()) throw Unusual{};
}

struct ClusterParts {
  PostgresCluster& cluster;
  Metadata metadata;
  std::vector<ObjectCondition> conditions;
};
constexpr Table<PostgresCluster, 2> managed_roles_fields{{
    {"byStatus", read_roles_by_status},
    {"cannotReconcile", read_unreconcilable},
}};
constexpr Table<ClusterParts, 7> cluster_status_fields{{
    {"conditions", [](Value v, ClusterParts& p) { read_list(v, p.conditions, condition_fields); }},
    {"currentPrimary", [](Value v, ClusterParts& p) { read_text(v, p.cluster.current_primary); }},
    {"instances", [](Value v, ClusterParts& p) { read_count(v, p.cluster.instances); }},
    {"managedRolesStatus", [](Value v, ClusterParts& p) { read_object(v, p.cluster, managed_roles_fields); }},
    {"phase", [](Value v, ClusterParts& p) { read_message(v, p.cluster.phase); }},
    {"readyInstances", [](Value v, ClusterParts& p) { read_count(v, p.cluster.ready_instances); }},
    {"targetPrimary", [](Value v, ClusterParts& p) { read_text(v, p.cluster.target_primary); }},
}};
constexpr Table<ClusterParts, 2> cluster_fields{{
    {"metadata", [](Value v, ClusterParts& p) { read_object(v, p.metadata, metadata_fields); }},
    {"status", [](Value v, ClusterParts& p) { read_object(v, p, cluster_status_fields); }},
}};

// --- Database, Pooler --------------------------------------------------------------------------------------------------------------

// The parts of a kind whose spec names its Cluster.
template <class T>
struct Parts {
  T& object;
  Metadata metadata;
};
template <class T>
constexpr Table<T, 1> cluster_name_fields{{
    {"name", [](Value v, T& o) { read_text(v, o.cluster); }},
}};

constexpr Table<PostgresDatabase, 3> database_spec_fields{{
    {"cluster", [](Value v, PostgresDatabase& d) { read_object(v, d, cluster_name_fields<PostgresDatabase>); }},
    {"name", [](Value v, PostgresDatabase& d) { read_text(v, d.database); }},
    {"owner", [](Value v, PostgresDatabase& d) { read_text(v, d.owner); }},
}};
constexpr Table<PostgresDatabase, 2> database_status_fields{{
    {"applied",
     [](Value v, PostgresDatabase& d) {
       if (is(v, Type::boolean)) d.applied = v.get_bool().value();
     }},
    {"message", [](Value v, PostgresDatabase& d) { read_message(v, d.message); }},
}};
constexpr Table<Parts<PostgresDatabase>, 3> database_fields{{
    {"metadata", [](Value v, Parts<PostgresDatabase>& p) { read_object(v, p.metadata, metadata_fields); }},
    {"spec", [](Value v, Parts<PostgresDatabase>& p) { read_object(v, p.object, database_spec_fields); }},
    {"status", [](Value v, Parts<PostgresDatabase>& p) { read_object(v, p.object, database_status_fields); }},
}};

constexpr Table<PostgresPooler, 2> bouncer_fields{{
    {"paused", [](Value v, PostgresPooler& p) { read_flag(v, p.paused); }},
    {"poolMode", [](Value v, PostgresPooler& p) { read_text(v, p.pool_mode); }},
}};
constexpr Table<PostgresPooler, 3> pooler_spec_fields{{
    {"cluster", [](Value v, PostgresPooler& p) { read_object(v, p, cluster_name_fields<PostgresPooler>); }},
    {"pgbouncer", [](Value v, PostgresPooler& p) { read_object(v, p, bouncer_fields); }},
    {"type", [](Value v, PostgresPooler& p) { read_text(v, p.type); }},
}};
constexpr Table<Parts<PostgresPooler>, 2> pooler_fields{{
    {"metadata", [](Value v, Parts<PostgresPooler>& p) { read_object(v, p.metadata, metadata_fields); }},
    {"spec", [](Value v, Parts<PostgresPooler>& p) { read_object(v, p.object, pooler_spec_fields); }},
}};

}  // namespace

void read_fields(fields::Value object, PostgresCluster& into) {
  ClusterParts parts{into, {}, {}};
  read_object(object, parts, cluster_fields);
  take_metadata(parts.metadata, "Cluster", into);
  const auto ready =
      std::find_if(parts.conditions.begin(), parts.conditions.end(), [](const ObjectCondition& c) { return c.type == "Ready"; });
  if (ready == parts.conditions.end()) return;
  into.ready = ready->status;
  into.ready_message = printable(ready->message);
}

void read_fields(fields::Value object, PostgresDatabase& into) {
  Parts<PostgresDatabase> parts{into, {}};
  read_object(object, parts, database_fields);
  take_metadata(parts.metadata, "Database", into);
}

void read_fields(fields::Value object, PostgresPooler& into) {
  Parts<PostgresPooler> parts{into, {}};
  read_object(object, parts, pooler_fields);
  take_metadata(parts.metadata, "Pooler", into);
}

}  // namespace refloat
