#include "cache/watched.h"

#include <string>

#include "kube/kube_api.h"
#include "model/place.h"

namespace refloat {

bool is_optional(Watched what) {
  switch (what) {
    case Watched::replica_set:
    case Watched::node:
    case Watched::claim:
    case Watched::application_set:
    case Watched::postgres_cluster:
    case Watched::postgres_database:
    case Watched::postgres_pooler: return true;
    default: return false;
  }
}

bool is_built_in(Watched what) {
  const std::string group = resource_of(what, "").group;
  return group.empty() || group == "apps" || group == "batch";
}

Resource resource_of(Watched what, const std::string& ns) {
  switch (what) {
    case Watched::application: return {"argoproj.io", "v1alpha1", "applications", ns, {}, {}};
    case Watched::project: return {"argoproj.io", "v1alpha1", "appprojects", ns, {}, {}};
    case Watched::job: return {"batch", "v1", "jobs", ns, {}, {}};
    case Watched::pod: return {"", "v1", "pods", ns, {}, {}};
    case Watched::deployment: return {"apps", "v1", "deployments", ns, {}, {}};
    case Watched::stateful_set: return {"apps", "v1", "statefulsets", ns, {}, {}};
    case Watched::replica_set: return {"apps", "v1", "replicasets", ns, {}, {}};
    case Watched::node: return {"", "v1", "nodes", namespace_in(place_of(ns).cluster, ""), {}, {}};
    case Watched::claim: return {"", "v1", "persistentvolumeclaims", ns, {}, {}};
    case Watched::application_set: return {"argoproj.io", "v1alpha1", "applicationsets", ns, {}, {}};
    case Watched::postgres_cluster: return {"postgresql.cnpg.io", "v1", "clusters", ns, {}, {}};
    case Watched::postgres_database: return {"postgresql.cnpg.io", "v1", "databases", ns, {}, {}};
    case Watched::postgres_pooler: return {"postgresql.cnpg.io", "v1", "poolers", ns, {}, {}};
  }
  return {};
}

}  // namespace refloat
