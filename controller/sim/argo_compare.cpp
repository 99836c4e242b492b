#include "sim/argo_compare.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "kube/kube_api.h"
#include "sim/argo_health.h"
#include "sim/control_plane.h"
#include "sim/git.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

constexpr const char* tracking_annotation = "argocd.argoproj.io/tracking-id";

bool array_matches(const Json& target, const Json& live) {
  if (!live.is_array() || live.size() != target.size()) {
    return false;
  }
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (!subset_of(target[i], live[i])) {
      return false;
    }
  }
  return true;
}

Json prepared(const Json& app, Json manifest) {
  if (!manifest["metadata"].contains("namespace")) {
    manifest["metadata"]["namespace"] = text_at(app, {"spec", "destination", "namespace"});
  }
  manifest["metadata"]["annotations"][tracking_annotation] = tracking_id(app, manifest);
  return manifest;
}

const std::vector<ResourceName>& tracked_resources() {
  static const std::vector<ResourceName> names{{"apps", "deployments"}, {"batch", "jobs"}, {"", "configmaps"},
                                               {"", "secrets"},         {"", "services"},  {"apps", "statefulsets"}};
  return names;
}

// Live objects that say they belong to the Application.
std::vector<StoredObject> tracked(const ControlPlane& plane, const Json& app) {
  std::vector<StoredObject> mine;
  const std::string prefix = name_of(app) + ":";
  for (const auto& [group, plural] : tracked_resources()) {
    for (StoredObject& object : plane.all(group, plural)) {
      if (view_at(object, {"metadata", "annotations", tracking_annotation}).starts_with(prefix)) {
        mine.push_back(std::move(object));
      }
    }
  }
  return mine;
}

void add_prunable(const ControlPlane& plane, const Json& app, AppComparison& result) {
  for (const StoredObject& live : tracked(plane, app)) {
    const bool wanted = std::ranges::any_of(result.resources, [&](const ComparedResource& r) {
      return view_at(r.live, {"metadata", "uid"}) == view_at(live, {"metadata", "uid"});
    });
    const bool owned = !at_path(live, {"metadata", "ownerReferences"}).empty();
    const bool own_id = text_at(live, {"metadata", "annotations", tracking_annotation}) == tracking_id(app, live);
    if (!wanted && !owned && own_id) {
      result.resources.push_back({Json(), live, is_hook(live), is_hook(live)});
    }
  }
}

void judge(AppComparison& result) {
  result.sync_status = "Synced";
  result.health = "Healthy";
  for (const ComparedResource& resource : result.resources) {
    if (resource.hook) {
      continue;
    }
    if (!resource.synced) {
      result.sync_status = "OutOfSync";
    }
    if (resource.live.is_null()) {
      result.health = worse_health(result.health, "Missing");
    } else if (const auto health = health_of(resource.live)) {
      result.health = worse_health(result.health, health->status);
    }
  }
}

}  // namespace

bool subset_of(const Json& target, const Json& live) {
  if (target.is_object()) {
    return live.is_object() && std::ranges::all_of(target.items(), [&](const auto& field) {
             return live.contains(field.key()) ? subset_of(field.value(), live[field.key()]) : field.value().is_null();
           });
  }
  return target.is_array() ? array_matches(target, live) : target == live;
}

bool is_hook(const Json& manifest) {
  const Json& annotations = at_path(manifest, {"metadata", "annotations"});
  return annotations.is_object() && (annotations.contains("argocd.argoproj.io/hook") || annotations.contains("helm.sh/hook"));
}

std::string group_of(const Json& object) {
  const auto parts = split(text_at(object, {"apiVersion"}), '/');
  return parts.size() > 1 ? parts[0] : "";
}

std::string tracking_id(const Json& app, const Json& manifest) {
  return name_of(app) + ":" + group_of(manifest) + "/" + text_at(manifest, {"kind"}) + ":" + ns_of(manifest) + "/" + name_of(manifest);
}

Json AppComparison::resource_list() const {
  Json rows = Json::array();
  for (const ComparedResource& resource : resources) {
    const Json& object = resource.object();
    Json row{{"version", split(text_at(object, {"apiVersion"}), '/').back()},
             {"kind", text_at(object, {"kind"})},
             {"name", name_of(object)},
             {"namespace", ns_of(object)}};
    if (const std::string group = group_of(object); !group.empty()) {
      row["group"] = group;
    }
    if (resource.hook) {
      row["hook"] = true;
    } else {
      row["status"] = resource.synced ? "Synced" : "OutOfSync";
      if (resource.target.is_null()) {
        row["requiresPruning"] = true;
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::int64_t newest_change(const ControlPlane& plane, const std::vector<ResourceName>& looked_at) {
  std::int64_t newest = 0;
  for (const auto& [group, plural] : looked_at) {
    newest = std::max(newest, plane.changed(group, plural));
  }
  return newest;
}

AppComparison compare_app(const ControlPlane& plane, const GitRepos& git, const Json& app, const std::string& commit) {
  AppComparison result;
  result.revision = commit;
  const std::string repo = text_at(app, {"spec", "source", "repoURL"});
  const std::string path = text_at(app, {"spec", "source", "path"});
  const std::vector<Json>* manifests = git.manifests(repo, path, commit);
  result.error = git.generation_error(repo);
  if (result.error.empty() && manifests == nullptr) {
    result.error = "Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = " + path +
                   ": app path does not exist";
  }
  if (!result.error.empty()) {
    result.sync_status = "Unknown";
    result.health = text_at(app, {"status", "health", "status"}, "Unknown");
    return result;
  }
  result.looked_at = tracked_resources();
  for (const Json& manifest : *manifests) {
    Json target = prepared(app, manifest);
    if (is_hook(target)) {
      result.hooks.push_back(std::move(target));
      continue;
    }
    const Resource address = plane.resource_of(target);
    result.looked_at.emplace_back(address.group, address.plural);
    StoredObject live = plane.find(address.group, address.plural, address.ns, address.name);
    const bool synced = !live.is_null() && subset_of(target, live);
    result.resources.push_back({std::move(target), std::move(live), synced, false});
  }
  add_prunable(plane, app, result);
  judge(result);
  return result;
}

}  // namespace refloat::sim
