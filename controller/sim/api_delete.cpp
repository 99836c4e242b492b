// delete: preconditions, propagation, finalizers, grace.
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "sim/api_server.h"
#include "sim/defaults.h"
#include "sim/object_store.h"
#include "sim/resource_types.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

Answer precondition_failed(const Resource& r, const char* what) {
  return failure(
      409, "Conflict",
      "Operation cannot be fulfilled on " + r.plural + " \"" + r.name + "\": Precondition failed: " + what + " in precondition differs");
}

// Without a wish of the caller a Job's pods are orphaned; everything else is collected in the background.
std::string effective_propagation(const Resource& r, const DeleteOptions& options) {
  if (!options.propagation.empty()) {
    return options.propagation;
  }
  return r.plural == "jobs" ? "Orphan" : "Background";
}

void add_deletion_finalizer(Json& object, const std::string& propagation) {
  const std::string finalizer = propagation == "Foreground" ? "foregroundDeletion" : propagation == "Orphan" ? "orphan" : "";
  if (!finalizer.empty() && !has_finalizer(object, finalizer)) {
    object["metadata"]["finalizers"].push_back(finalizer);
  }
}

}  // namespace

Answer ApiServer::mark_deleted(const Request& request, const StoredObject& current, const DeleteOptions& options, bool& changed) {
  const Key key = key_of(request.target);
  Json next = current;
  if (!next["metadata"].contains("deletionTimestamp")) {
    add_deletion_finalizer(next, effective_propagation(request.target, options));
    const std::int64_t grace = grace_seconds(next);
    next["metadata"]["deletionTimestamp"] = format_time(now_() + std::chrono::seconds(grace));
    next["metadata"]["deletionGracePeriodSeconds"] = grace;
  }
  const bool waits = !at_path(next, {"metadata", "finalizers"}).empty() || int_at(next, {"metadata", "deletionGracePeriodSeconds"}) > 0;
  changed = next != current || !waits;
  if (request.dry_run) {
    return {200, StoredObject(std::move(next))};
  }
  if (!waits) {
    store_.erase(key);
    return {200, StoredObject(Json{{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Success"}})};
  }
  return {200, next == current ? current : store_.put(key, std::move(next))};
}

Answer ApiServer::checked_remove(const Request& request, const DeleteOptions& options, bool& changed) {
  const ResourceType* type = nullptr;
  if (Answer refused = admit(request, &type); !refused.ok()) {
    return refused;
  }
  const Resource& r = request.target;
  const StoredObject current = store_.find(key_of(r));
  if (current.is_null()) {
    return failure(404, "NotFound", r.plural + " \"" + r.name + "\" not found");
  }
  if (!options.uid.empty() && options.uid != text_at(current, {"metadata", "uid"})) {
    return precondition_failed(r, "UID");
  }
  if (!options.resource_version.empty() && options.resource_version != text_at(current, {"metadata", "resourceVersion"})) {
    return precondition_failed(r, "ResourceVersion");
  }
  return mark_deleted(request, current, options, changed);
}

Answer ApiServer::remove(const std::string& user, const Resource& object, const DeleteOptions& options) {
  Json body{{"propagationPolicy", options.propagation}};
  if (!options.uid.empty()) {
    body["preconditions"]["uid"] = options.uid;
  }
  if (!options.resource_version.empty()) {
    body["preconditions"]["resourceVersion"] = options.resource_version;
  }
  const Request request{user, "delete", object, options.dry_run, StoredObject(std::move(body))};
  bool changed = false;
  Answer answer = checked_remove(request, options, changed);
  return audited(request, std::move(answer), changed);
}

Answer ApiServer::finish_pod(const std::string& user, const std::string& ns, const std::string& name, const std::string& uid) {
  const Request request{user, "delete", {"", "v1", "pods", ns, name, ""}, false, StoredObject(Json{{"gracePeriodSeconds", 0}})};
  const StoredObject found = store_.find(key_of(request.target));
  if (found.is_null() || text_at(found, {"metadata", "uid"}) != uid) {
    return audited(request, failure(404, "NotFound", "pods \"" + name + "\" not found"), false);
  }
  Json pod = found;
  pod["metadata"]["deletionGracePeriodSeconds"] = 0;
  if (at_path(pod, {"metadata", "finalizers"}).empty()) {
    store_.erase(key_of(request.target));
    return audited(request, {200, StoredObject(std::move(pod))}, true);
  }
  return audited(request, {200, store_.put(key_of(request.target), std::move(pod))}, true);
}

}  // namespace refloat::sim
