#include "sim/control_plane.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "model/write.h"
#include "sim/api_server.h"
#include "sim/resource_types.h"
#include "sim/stored_object.h"

namespace refloat::sim {

std::string_view view_at(const Json& object, std::initializer_list<const char*> path) {
  const auto* text = at_path(object, path).get_ptr<const std::string*>();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::string name_of(const Json& object) {
  return text_at(object, {"metadata", "name"});
}
std::string ns_of(const Json& object) {
  return text_at(object, {"metadata", "namespace"});
}
std::string uid_of(const Json& object) {
  return text_at(object, {"metadata", "uid"});
}
bool is_deleting(const Json& object) {
  return at_path(object, {"metadata"}).contains("deletionTimestamp");
}

bool owned_by(const Json& object, const std::string& uid) {
  const Json& owners = at_path(object, {"metadata", "ownerReferences"});
  return std::ranges::any_of(owners, [&](const Json& o) { return view_at(o, {"uid"}) == uid; });
}

Json owner_reference(const Json& owner) {
  return {
      {"apiVersion", owner["apiVersion"]}, {"kind", owner["kind"]}, {"name", name_of(owner)}, {"uid", uid_of(owner)}, {"controller", true},
      {"blockOwnerDeletion", true}};
}

void set_condition(Json& status, const std::string& type, bool value, const std::string& reason, const std::string& message, Time now) {
  Json& conditions = status["conditions"];
  if (!conditions.is_array()) {
    conditions = Json::array();
  }
  auto it = std::find_if(conditions.begin(), conditions.end(), [&](const Json& c) { return view_at(c, {"type"}) == type; });
  if (it == conditions.end()) {
    conditions.push_back({{"type", type}});
    it = std::prev(conditions.end());
  }
  const char* text = value ? "True" : "False";
  if (it->value("status", "") != text) {
    (*it)["status"] = text;
    (*it)["lastTransitionTime"] = format_time(now);
  }
  (*it)["reason"] = reason;
  (*it)["message"] = message;
}

bool condition_true(const Json& object, const std::string& type) {
  const Json& conditions = at_path(object, {"status", "conditions"});
  return std::ranges::any_of(conditions, [&](const Json& c) { return view_at(c, {"type"}) == type && view_at(c, {"status"}) == "True"; });
}

std::vector<StoredObject> ControlPlane::all(const std::string& group, const std::string& plural) const {
  return api_->store().list(group, plural, "");
}

StoredObject ControlPlane::find(const std::string& group, const std::string& plural, const std::string& ns, const std::string& name) const {
  return api_->store().find({group, plural, ns, name});
}

Resource ControlPlane::resource_of(const Json& object) const {
  const auto parts = split(text_at(object, {"apiVersion"}), '/');
  const std::string group = parts.size() > 1 ? parts[0] : "";
  const ResourceType* type = api_->types().find_kind(group, text_at(object, {"kind"}));
  if (type == nullptr) {
    return {group, parts.back(), "", ns_of(object), name_of(object), ""};
  }
  return {group, type->version, type->plural, type->namespaced ? ns_of(object) : "", name_of(object), ""};
}

StoredObject ControlPlane::find_like(const Json& manifest) const {
  const Resource r = resource_of(manifest);
  return find(r.group, r.plural, r.ns, r.name);
}

Answer ControlPlane::create(const Json& object) {
  Resource r = resource_of(object);
  r.name.clear();
  return api_->create(user_, r, object);
}

Answer ControlPlane::patch(const Json& object, Json patch) {
  return api_->patch(user_, resource_of(object), PatchType::merge, std::move(patch));
}

bool ControlPlane::set_status(const Json& object, const Json& status) {
  if (at_path(object, {"status"}) == status) {
    return false;
  }
  Resource r = resource_of(object);
  r.subresource = "status";
  Json next = object;
  next["status"] = status;
  api_->replace(user_, r, std::move(next));
  return true;
}

Answer ControlPlane::remove(const Json& object, const std::string& propagation) {
  DeleteOptions options;
  options.uid = uid_of(object);
  options.propagation = propagation;
  return api_->remove(user_, resource_of(object), options);
}

void ControlPlane::remove_finalizer(const Json& object, const std::string& finalizer) {
  Json next = find_like(object);
  if (next.is_null() || uid_of(next) != uid_of(object)) {
    return;
  }
  Json kept = Json::array();
  for (const Json& f : at_path(next, {"metadata", "finalizers"})) {
    if (f != finalizer) {
      kept.push_back(f);
    }
  }
  next["metadata"]["finalizers"] = kept;
  const Resource r = resource_of(next);
  api_->replace(user_, r, std::move(next));
}

}  // namespace refloat::sim
