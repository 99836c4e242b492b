// An in-memory KubeApi for unit tests: canned objects, optimistic concurrency, refusals on demand, and a log of every call.
// It knows nothing of Argo CD or controllers; sim/ is the simulator.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kube/kube_api.h"

namespace refloat::test {

class FakeKube : public KubeApi {
 public:
  // Asked before every call ("list", "get", "create", "patch", "delete", "logs", "raw"); an answer is the call's failure.
  std::function<std::optional<Error>(const std::string& verb, const Resource& resource)> fail;
  // "get /api/v1/...", in order.
  std::vector<std::string> calls;
  // Log text by "ns/pod/container", with "/previous" for the instance before.
  std::map<std::string, std::string> log_texts;
  std::map<std::string, Json> raw{{"/version", Json{{"gitVersion", "v1.34.4"}}}};
  std::string address = "https://fake:6443";
  std::string user = "jane";  // who the API server says we are

  // Stores an object as if it had always been there; plural decides the path.
  void put(const std::string& group, const std::string& version, const std::string& plural, Json object) {
    Json& meta = object["metadata"];
    const Resource at{group, version, plural, meta.value("namespace", ""), meta.value("name", ""), {}};
    stamp(meta);
    objects_[at.path()] = std::move(object);
  }
  [[nodiscard]] const Json* find(const Resource& at) const {
    const auto found = objects_.find(whole(at).path());
    return found == objects_.end() ? nullptr : &found->second;
  }
  void drop(const Resource& at) { objects_.erase(whole(at).path()); }
  [[nodiscard]] int count(const std::string& call_prefix) const {
    int n = 0;
    for (const std::string& call : calls) n += call.rfind(call_prefix, 0) == 0 ? 1 : 0;
    return n;
  }

  std::string server() const override { return address; }

  Result<Json> get(const Resource& object) override {
    if (auto error = enter("get", object)) return *error;
    const Json* found = find(object);
    if (found == nullptr) return missing(object);
    return *found;
  }

  Result<Json> get_raw(const std::string& path) override {
    if (auto error = enter("raw", Resource{{}, {}, {}, {}, path, {}})) return *error;
    const auto found = raw.find(path);
    if (found == raw.end()) return Error{ErrorKind::not_found, path + " not found"};
    return found->second;
  }

  Result<ObjectList> list(const Resource& resource, const ListOptions&) override {
    if (auto error = enter("list", resource)) return *error;
    ObjectList result;
    result.resource_version = std::to_string(version_);
    for (const auto& [path, object] : objects_) {
      if (lists(resource, path, object)) result.items.push_back(object);
    }
    return result;
  }

  Result<Json> create(const Resource& resource, const Json& body, const WriteOptions& options) override {
    Resource at = resource;
    if (resource.plural == "selfsubjectreviews") return Json{{"status", {{"userInfo", {{"username", user}}}}}};
    at.name = body.at("metadata").value("name", at.name);
    if (auto error = enter("create", at)) return *error;
    if (find(at) != nullptr) return Error{ErrorKind::stale, at.path() + " already exists"};
    Json object = body;
    if (at.group == "refloat.dev") object.erase("status");
    object["metadata"]["namespace"] = at.ns;
    stamp(object["metadata"]);
    if (!options.dry_run) objects_[at.path()] = object;
    return object;
  }

  Result<Json> replace(const Resource& at, const Json& body, const WriteOptions& options) override {
    if (auto error = enter("replace", at)) return *error;
    return store(at, body, body.at("metadata").value("resourceVersion", ""), options);
  }

  Result<Json> patch(const Resource& at, PatchType, const Json& body, const WriteOptions& options) override {
    if (auto error = enter("patch", at)) return *error;
    const Json* found = find(at);
    if (found == nullptr) return missing(at);
    Json object = *found;
    Json change = body;
    const std::string expected = text_at(body, {"metadata", "resourceVersion"});
    if (at.subresource == "status")
      change = Json{{"status", body.value("status", Json::object())}};
    else if (at.group == "refloat.dev")
      change.erase("status");
    merge_patch(object, change);
    object["metadata"]["resourceVersion"] = found->at("metadata").at("resourceVersion");
    return store(at, object, expected, options);
  }

  Result<Json> remove(const Resource& at, const DeleteOptions& options) override {
    if (auto error = enter("delete", at)) return *error;
    const Json* found = find(at);
    if (found == nullptr) return missing(at);
    const Json meta = found->at("metadata");
    const bool same = (options.uid.empty() || options.uid == meta.value("uid", "")) &&
                      (options.resource_version.empty() || options.resource_version == meta.value("resourceVersion", ""));
    if (!same) return Error{ErrorKind::stale, "precondition failed"};
    if (!options.dry_run) drop(at);
    return Json::object();
  }

  Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) override {
    if (auto error = enter("logs", Resource{{}, "v1", "pods", ns, pod, "log"})) return *error;
    const auto found = log_texts.find(ns + "/" + pod + "/" + options.container + (options.previous ? "/previous" : ""));
    if (found == log_texts.end()) return Error{ErrorKind::invalid, "no such container instance"};
    return found->second;
  }

  Result<AccessAnswer> can_i(const AccessQuestion&) override { return AccessAnswer{true, {}}; }

 private:
  static Resource whole(Resource at) {
    at.subresource.clear();
    return at;
  }
  static Error missing(const Resource& at) { return {ErrorKind::not_found, at.plural + " \"" + at.name + "\" not found"}; }

  std::optional<Error> enter(const std::string& verb, const Resource& at) {
    calls.push_back(verb + " " + (at.plural.empty() ? at.name : at.path()));
    return fail ? fail(verb, at) : std::nullopt;
  }

  void stamp(Json& meta) {
    ++version_;
    if (!meta.contains("uid")) meta["uid"] = "uid-" + std::to_string(version_);
    meta["resourceVersion"] = std::to_string(version_);
  }

  static bool lists(const Resource& resource, const std::string& path, const Json& object) {
    Resource at = resource;
    at.ns = object.at("metadata").value("namespace", "");
    at.name = object.at("metadata").value("name", "");
    return at.path() == path && (resource.ns.empty() || resource.ns == at.ns);
  }

  Result<Json> store(const Resource& at, Json object, const std::string& expected, const WriteOptions& options) {
    const Json* found = find(at);
    if (found == nullptr) return missing(at);
    const std::string present = found->at("metadata").at("resourceVersion");
    if (!expected.empty() && expected != present) return Error{ErrorKind::stale, "the object has been modified"};
    stamp(object["metadata"]);
    if (!options.dry_run) objects_[whole(at).path()] = object;
    return object;
  }

  std::map<std::string, Json> objects_;
  int version_ = 100;
};

}  // namespace refloat::test
