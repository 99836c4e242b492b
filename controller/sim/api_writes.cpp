// create, replace, patch: admission, validation, optimistic concurrency.
#include <algorithm>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "model/write.h"
#include "sim/api_server.h"
#include "sim/defaults.h"
#include "sim/object_store.h"
#include "sim/patch.h"
#include "sim/resource_types.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

std::string label_of(const Resource& r) {
  return (r.group.empty() ? r.plural : r.plural + "." + r.group) + " \"" + r.name + "\"";
}

Answer conflict(const Resource& r) {
  return failure(409, "Conflict",
                 "Operation cannot be fulfilled on " + label_of(r) +
                     ": the object has been modified; please apply your changes to the latest version and try again");
}

Answer invalid(const Resource& r, const std::string& why) {
  return failure(422, "Invalid", label_of(r) + " is invalid: " + why);
}

bool adds_finalizer(const Json& current, const Json& next) {
  return std::ranges::any_of(at_path(next, {"metadata", "finalizers"}),
                             [&](const Json& f) { return !has_finalizer(current, f.get<std::string>()); });
}

// Fields of metadata the server owns: what a writer sends for them is ignored.
void keep_server_fields(const Json& current, Json& next) {
  for (const char* field : {"creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"}) {
    next["metadata"].erase(field);
    if (current["metadata"].contains(field)) {
      next["metadata"][field] = current["metadata"][field];
    }
  }
}

// A write to the main resource leaves status alone, a write to status leaves everything else alone.
void separate_status(const Resource& r, const ResourceType& type, const Json& current, Json& next) {
  if (!type.status_subresource) {
    return;
  }
  Json& receiver = next;
  if (r.subresource == "status") {
    Json kept = current;
    kept.erase("status");
    if (next.contains("status")) {
      kept["status"] = next["status"];
    }
    kept["metadata"]["resourceVersion"] = next["metadata"].value("resourceVersion", "");
    receiver = std::move(kept);
  } else if (current.contains("status")) {
    receiver["status"] = current["status"];
  } else {
    receiver.erase("status");
  }
}

// What the generation counts: changes of the spec; without a status subresource, changes of anything but metadata.
bool bumps_generation(const ResourceType& type, const Json& current, const Json& next) {
  const auto within = [&](const Json& all, const Json& other) {
    return std::ranges::all_of(all.items(), [&](const auto& field) {
      const bool counts = field.key() != "metadata" && !(type.status_subresource && field.key() == "status");
      return !counts || (other.contains(field.key()) && other[field.key()] == field.value());
    });
  };
  return !within(current, next) || !within(next, current);
}

bool metadata_empty(const Json& metadata, const char* field) {
  return metadata.contains(field) && (metadata[field].is_null() || metadata[field].empty());
}

// Why the server would not store `next` in the place of `current`; "" = it would.
std::string refusal_of(const ResourceType& type, const Json& current, const Json& next) {
  if (text_at(next, {"metadata", "uid"}) != text_at(current, {"metadata", "uid"})) {
    return "metadata.uid: Invalid value: field is immutable";
  }
  if (current["metadata"].contains("deletionTimestamp") && adds_finalizer(current, next)) {
    return "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted";
  }
  std::string why = validation_error(type, next);
  return why.empty() ? immutable_error(type, current, next) : why;
}

}  // namespace

Answer ApiServer::accept_new(const Request& request, const ResourceType& type, Json& object) const {
  const Resource& r = request.target;
  if (type.namespaced) {
    const StoredObject ns = store_.find({"", "namespaces", "", r.ns});
    if (ns.is_null()) {
      return failure(404, "NotFound", "namespaces \"" + r.ns + "\" not found");
    }
    if (at_path(ns, {"metadata"}).contains("deletionTimestamp")) {
      return failure(403, "Forbidden", "unable to create new content in namespace " + r.ns + " because it is being terminated");
    }
  }
  if (r.name.empty()) {
    return invalid(r, "metadata.name: Required value: name or generateName is required");
  }
  if (!store_.find(key_of(r)).is_null()) {
    return failure(409, "AlreadyExists", label_of(r) + " already exists");
  }
  const std::string why = validation_error(type, object);
  return why.empty() ? Answer{} : invalid(r, why);
}

Answer ApiServer::create(const std::string& user, const Resource& resource, Json body, bool dry_run) {
  const Request request{user, "create", resource, dry_run, StoredObject(body)};
  if (resource.group == "authentication.k8s.io" && resource.plural == "selfsubjectreviews")
    return audited(request, {201, StoredObject(Json{{"status", {{"userInfo", {{"username", user}}}}}})}, false);
  const ResourceType* type = nullptr;
  if (Answer refused = admit(request, &type); !refused.ok()) {
    return audited(request, std::move(refused), false);
  }
  Json& metadata = body["metadata"];
  const std::string uid = store_.new_uid();
  if (!metadata.contains("name") && metadata.contains("generateName")) {
    metadata["name"] = metadata["generateName"].get<std::string>() + name_suffix(uid);
  }
  Request named = request;
  named.target.name = metadata.value("name", "");
  if (type->namespaced) {
    metadata["namespace"] = resource.ns;
  }
  if (Answer refused = accept_new(named, *type, body); !refused.ok()) {
    return audited(request, std::move(refused), false);
  }
  metadata["uid"] = uid;
  metadata["generation"] = 1;
  metadata["creationTimestamp"] = format_time(now_());
  metadata.erase("deletionTimestamp");
  body["apiVersion"] = type->group.empty() ? type->version : type->group + "/" + type->version;
  body["kind"] = type->kind;
  apply_defaults(*type, body);
  if (dry_run) {
    return audited(request, {201, StoredObject(std::move(body))}, false);
  }
  return audited(request, {201, store_.put(key_of(named.target), std::move(body))}, true);
}

// The part that PUT and PATCH share. An update that changes nothing keeps its resourceVersion.
Answer ApiServer::commit_update(const Request& request, const ResourceType& type, const StoredObject& current, Json next, bool& changed) {
  const Resource& r = request.target;
  const Json& seen = at_path(next, {"metadata", "resourceVersion"});
  if (seen.is_string() && !seen.get<std::string>().empty() && seen != current["metadata"]["resourceVersion"]) {
    return conflict(r);
  }
  keep_server_fields(current, next);
  if (type.kind == "Secret") {
    encode_string_data(next);
  }
  separate_status(r, type, current, next);
  if (const std::string why = refusal_of(type, current, next); !why.empty()) {
    return invalid(r, why);
  }
  for (const char* field : {"annotations", "labels", "finalizers"}) {
    if (metadata_empty(next["metadata"], field)) {
      next["metadata"].erase(field);
    }
  }
  next["metadata"]["resourceVersion"] = current["metadata"]["resourceVersion"];
  if (next == current) {
    return {200, current};
  }
  if (bumps_generation(type, current, next)) {
    next["metadata"]["generation"] = int_at(current, {"metadata", "generation"}) + 1;
  }
  changed = true;
  if (request.dry_run) {
    return {200, StoredObject(std::move(next))};
  }
  Answer answer{200, store_.put(key_of(r), std::move(next))};
  if (answer.body["metadata"].contains("deletionTimestamp") && at_path(answer.body, {"metadata", "finalizers"}).empty() &&
      deletes_when_unfinalized(type, answer.body)) {
    store_.erase(key_of(r));  // the request that removes the last finalizer also removes the object
  }
  return answer;
}

Answer ApiServer::replace(const std::string& user, const Resource& object, Json body, bool dry_run) {
  return replace(user, object, StoredObject(std::move(body)), dry_run);
}

Answer ApiServer::replace(const std::string& user, const Resource& object, StoredObject body, bool dry_run) {
  const Request request{user, "update", object, dry_run, std::move(body)};
  const ResourceType* type = nullptr;
  if (Answer refused = admit(request, &type); !refused.ok()) {
    return audited(request, std::move(refused), false);
  }
  const StoredObject current = store_.find(key_of(object));
  if (current.is_null()) {
    return audited(request, failure(404, "NotFound", label_of(object) + " not found"), false);
  }
  const std::string uid = text_at(request.body, {"metadata", "uid"});
  if (!uid.empty() && uid != text_at(current, {"metadata", "uid"})) {
    return audited(
        request,
        failure(409, "Conflict", "Operation cannot be fulfilled on " + label_of(object) + ": Precondition failed: UID in precondition"),
        false);
  }
  Idle& idle = idle_[key_of(object)];
  if (idle.current.same(current) && idle.body.same(request.body) && idle.subresource == object.subresource) {
    return audited(request, {200, current}, false);
  }
  Json next = request.body;
  next["metadata"]["uid"] = current["metadata"]["uid"];
  bool changed = false;
  Answer answer = commit_update(request, *type, current, std::move(next), changed);
  if (answer.ok() && !changed) {
    idle = {current, request.body, object.subresource};
  }
  return audited(request, std::move(answer), changed);
}

Answer ApiServer::checked_patch(const Request& request, PatchType patch_type, bool& changed) {
  const ResourceType* type = nullptr;
  if (Answer refused = admit(request, &type); !refused.ok()) {
    return refused;
  }
  if (patch_type == PatchType::strategic && type->custom) {
    return failure(415, "UnsupportedMediaType",
                   "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
                   "application/merge-patch+json, application/apply-patch+yaml");
  }
  const StoredObject current = store_.find(key_of(request.target));
  if (current.is_null()) {
    return failure(404, "NotFound", label_of(request.target) + " not found");
  }
  auto next = apply_patch(current, patch_type, request.body);
  if (!next) {
    return failure(422, "Invalid", next.error().message);
  }
  return commit_update(request, *type, current, std::move(*next), changed);
}

Answer ApiServer::patch(const std::string& user, const Resource& object, PatchType type, Json patch, bool dry_run) {
  if (type == PatchType::apply && store_.find(key_of(object)).is_null()) {
    Resource collection = object;
    collection.name.clear();
    patch["metadata"]["name"] = object.name;
    return create(user, collection, std::move(patch), dry_run);
  }
  const Request request{user, "patch", object, dry_run, StoredObject(std::move(patch))};
  bool changed = false;
  Answer answer = checked_patch(request, type, changed);
  return audited(request, std::move(answer), changed);
}

}  // namespace refloat::sim
