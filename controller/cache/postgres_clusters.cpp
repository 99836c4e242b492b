#include "cache/postgres_clusters.h"

#include <set>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "cache/collect.h"
#include "kube/cnpg_objects.h"
#include "kube/kube_api.h"
#include "model/cnpg.h"
#include "model/snapshot.h"

namespace refloat {
namespace {

void look_for_postgres_kinds(KubeApi& api, Seen& seen, Time now) {
  const Result<Json> kinds = api.get_raw("/apis/postgresql.cnpg.io/v1");
  if (kinds || kinds.error().kind == ErrorKind::not_found) seen.saw_postgres_kinds(kinds.has_value(), now);
}

// A host that is called as CloudNativePG calls them may be another's; and an API server refuses also what it does not know.
Result<> note_no_cluster(KubeApi& api, const PostgresClusterName& wanted, const Error& error, Seen& seen, Time now, Snapshot& snapshot) {
  if (error.kind != ErrorKind::not_found && error.kind != ErrorKind::denied) {
    return error.wrap("read Cluster " + wanted.name + " in namespace " + wanted.ns);
  }
  if (!seen.postgres_kinds(now)) look_for_postgres_kinds(api, seen, now);
  const bool installed = seen.postgres_kinds(now).value_or(true);
  if (error.kind == ErrorKind::not_found || !installed) return ok();
  const std::string what = "clusters.postgresql.cnpg.io in namespace " + wanted.ns;
  snapshot.unexamined.push_back({what, "not allowed: needs verb get on " + what, error.kind});
  return ok();
}

}  // namespace

// By name: whoever may read one of them need not be allowed to list all.
Result<> collect_postgres_clusters(KubeApi& api, const std::set<PostgresClusterName>& wanted, Seen& seen, Time now, Snapshot& snapshot) {
  for (const PostgresClusterName& each : wanted) {
    if (!seen.postgres_kinds(now).value_or(true)) return ok();
    const Result<Json> object = api.get({"postgresql.cnpg.io", "v1", "clusters", each.ns, each.name, {}});
    if (object) {
      snapshot.postgres_clusters.push_back(parse_postgres_cluster(*object));
    } else if (Result<> noted = note_no_cluster(api, each, object.error(), seen, now, snapshot); !noted) {
      return noted;
    }
  }
  return ok();
}

}  // namespace refloat
