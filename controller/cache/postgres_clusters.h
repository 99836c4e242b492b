// CloudNativePG's Clusters, read by name.
#pragma once

#include <set>

#include "base/time.h"
#include "cache/collect.h"
#include "kube/kube_api.h"
#include "model/cnpg.h"
#include "model/snapshot.h"

namespace refloat {

// Adds those that there are. One that cannot be read is a gap, but where the kinds are not installed: then nothing is asked for a while.
void collect_postgres_clusters(KubeApi& api, const std::set<PostgresClusterName>& wanted, Seen& seen, Time now, Snapshot& snapshot);

}  // namespace refloat
