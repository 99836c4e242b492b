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
#include "model/cnpg_hosts.h"
#include "model/place.h"
#include "model/snapshot.h"

namespace refloat {
namespace {

bool is_ours(const PostgresClusterName& wanted) {
  return place_of(wanted.ns).cluster.empty();
}

void look_for_postgres_kinds(KubeApi& api, Seen& seen, Time now) {
  const Result<Json> kinds = api.get_raw("/apis/postgresql.cnpg.io/v1");
  if (kinds || kinds.error().kind == ErrorKind::not_found) seen.saw_postgres_kinds(kinds.has_value(), now);
}

// A host that is called as CloudNativePG calls them may be another's; and an API server refuses also what it does not know. Nobody who saw
// the kinds there: then there is nothing to miss.
void note_no_cluster(KubeApi& api, const PostgresClusterName& wanted, const Error& error, Seen& seen, Time now, Snapshot& snapshot) {
  if (!seen.postgres_kinds(now)) look_for_postgres_kinds(api, seen, now);
  const bool installed = is_ours(wanted) ? seen.postgres_kinds(now).value_or(false) : true;  // of another cluster we do not ask
  const bool refused = error.kind == ErrorKind::denied;
  if (error.kind == ErrorKind::not_found || (refused && !installed)) return;
  const std::string what = unread_clusters(wanted.ns);
  snapshot.unexamined.push_back({what, refused ? "not allowed: needs verb get on " + what : error.message, error.kind});
}

}  // namespace

// By name: whoever may read one of them need not be allowed to list all.
void collect_postgres_clusters(KubeApi& api, const std::set<PostgresClusterName>& wanted, Seen& seen, Time now, Snapshot& snapshot) {
  for (const PostgresClusterName& each : wanted) {
    if (is_ours(each) && !seen.postgres_kinds(now).value_or(true)) continue;
    const Result<Json> object = api.get({"postgresql.cnpg.io", "v1", "clusters", each.ns, each.name, {}});
    if (object) {
      snapshot.postgres_clusters.push_back(parse_postgres_cluster(*object));
      snapshot.postgres_clusters.back().ref.ns = each.ns;
    } else {
      note_no_cluster(api, each, object.error(), seen, now, snapshot);
    }
  }
}

}  // namespace refloat
