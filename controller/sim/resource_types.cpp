#include "sim/resource_types.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace refloat::sim {

namespace {
constexpr bool in_namespace = true;
constexpr bool cluster_wide = false;
constexpr bool crd = true;
constexpr bool built_in = false;
}  // namespace

ResourceTypes::ResourceTypes()
    : types_{
          {"", "v1", "namespaces", "Namespace", cluster_wide, built_in, true},
          {"", "v1", "nodes", "Node", cluster_wide, built_in, true},
          {"", "v1", "pods", "Pod", in_namespace, built_in, true},
          {"", "v1", "secrets", "Secret", in_namespace, built_in, false},
          {"", "v1", "configmaps", "ConfigMap", in_namespace, built_in, false},
          {"", "v1", "services", "Service", in_namespace, built_in, true},
          {"", "v1", "events", "Event", in_namespace, built_in, false},
          {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", in_namespace, built_in, true},
          {"events.k8s.io", "v1", "events", "Event", in_namespace, built_in, false},
          {"apps", "v1", "deployments", "Deployment", in_namespace, built_in, true},
          {"apps", "v1", "replicasets", "ReplicaSet", in_namespace, built_in, true},
          {"apps", "v1", "statefulsets", "StatefulSet", in_namespace, built_in, true},
          {"batch", "v1", "jobs", "Job", in_namespace, built_in, true},
          {"coordination.k8s.io", "v1", "leases", "Lease", in_namespace, built_in, false},
          {"apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", cluster_wide, built_in, true},
          {"argoproj.io", "v1alpha1", "applications", "Application", in_namespace, crd, false},
          {"argoproj.io", "v1alpha1", "applicationsets", "ApplicationSet", in_namespace, crd, true},
          {"argoproj.io", "v1alpha1", "appprojects", "AppProject", in_namespace, crd, false},
          {"postgresql.cnpg.io", "v1", "clusters", "Cluster", in_namespace, crd, true},
          {"postgresql.cnpg.io", "v1", "databases", "Database", in_namespace, crd, true},
          {"postgresql.cnpg.io", "v1", "poolers", "Pooler", in_namespace, crd, true},
      } {}

void ResourceTypes::install_refloat() {
  install({"refloat.dev", "v1alpha1", "stacks", "Stack", in_namespace, crd, true});
  install({"refloat.dev", "v1alpha1", "playbooks", "Playbook", in_namespace, crd, true});
  install({"refloat.dev", "v1alpha1", "recoveries", "Recovery", in_namespace, crd, true});
}

std::vector<ResourceType> ResourceTypes::of_group(const std::string& group, const std::string& version) const {
  std::vector<ResourceType> found;
  std::ranges::copy_if(types_, std::back_inserter(found),
                       [&](const ResourceType& type) { return type.group == group && type.version == version; });
  return found;
}

const ResourceType* ResourceTypes::find(const std::string& group, const std::string& plural) const {
  const auto it = std::ranges::find_if(types_, [&](const ResourceType& t) { return t.group == group && t.plural == plural; });
  return it == types_.end() ? nullptr : &*it;
}

const ResourceType* ResourceTypes::find_kind(const std::string& group, const std::string& kind) const {
  const auto it = std::ranges::find_if(types_, [&](const ResourceType& t) { return t.group == group && t.kind == kind; });
  return it == types_.end() ? nullptr : &*it;
}

}  // namespace refloat::sim
