#include "sim/sim_kube.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "kube/errors.h"
#include "kube/kube_api.h"
#include "model/write.h"
#include "sim/api_server.h"
#include "sim/faults.h"
#include "sim/object_store.h"
#include "sim/resource_types.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

// Plain text is what a flow-control refusal carries instead of a Status object.
Error error_from(const Answer& answer, bool effect) {
  const int retry_after = answer.status == 429 ? 1 : 0;
  return error_of({answer.status, answer.body->is_string() ? answer.body->get<std::string>() : answer.body->dump(), retry_after, effect});
}

bool journal_write(const FaultPoint& at) {
  return at.path.find("/recoveries") != std::string::npos || at.path.find("/leases") != std::string::npos;
}

Resource collection_of(Resource r) {
  r.name.clear();
  r.subresource.clear();
  return r;
}

}  // namespace

void SimKube::let_time_pass() {
  cluster_->advance(cluster_->options().request_takes);
}

FaultPoint SimKube::point(const char* verb, const Resource& resource) const {
  return {user_, verb, resource.path()};
}

// Faults in which the server (or something before it) says no.
Answer SimKube::refused_by_fault(const FaultPoint& at, bool writes) {
  Faults& faults = cluster_->faults();
  if (faults.fire(Fault::access_lost, at)) {
    return failure(401, "Unauthorized", "Unauthorized");
  }
  if (faults.fire(Fault::throttled, at)) {
    return {429, StoredObject(Json("Too many requests, please try again later.\n"))};
  }
  if (writes && faults.fire(Fault::admission_unavailable, at)) {
    return failure(500, "InternalError", "Internal error occurred: failed calling webhook \"validate.sim\": context deadline exceeded");
  }
  if (writes && at.path.ends_with("/status") && faults.fire(Fault::status_too_large, at)) {
    return failure(413, "RequestEntityTooLarge", "etcdserver: request is too large");
  }
  return {};
}

Result<Json> SimKube::read(const FaultPoint& at, const Send& send) {
  let_time_pass();
  if (const Answer refused = refused_by_fault(at, false); !refused.ok()) {
    return error_from(refused, false);
  }
  if (cluster_->faults().fire(Fault::connection_dropped, at)) {
    return Error{ErrorKind::timed_out, "connection reset by peer"};
  }
  Answer answer = send();
  return answer.ok() ? Result<Json>(std::move(answer.body).take()) : error_from(answer, false);
}

Result<Json> SimKube::older_version(const Resource& object) {
  const Key key = key_of(object);
  const auto& history = cluster_->api().store().history();
  const auto it = std::find_if(history.rbegin(), history.rend(), [&](const Change& c) { return c.key == key && !c.before.is_null(); });
  if (it == history.rend()) {
    return Error{ErrorKind::not_found, object.path() + " was not there before"};
  }
  return it->before.json();
}

Result<Json> SimKube::get(const Resource& object) {
  const FaultPoint at = point("get", object);
  Faults& faults = cluster_->faults();
  if (object.plural == "jobs" && faults.fire(Fault::job_expired_unseen, at)) {
    cluster_->api().remove("ttl-controller", object, DeleteOptions{"", "", "Background", false});
  }
  const bool stale_app = object.plural == "applications" && faults.fire(Fault::decision_on_stale_app, at);
  if (stale_app || faults.fire(Fault::own_write_unseen, at)) {
    let_time_pass();
    return older_version(object);
  }
  return read(at, [&] { return cluster_->api().get(user_, object); });
}

namespace {

// "/apis/GROUP/VERSION": the kinds that are served there.
Answer discovery(const ResourceTypes& types, const std::string& path) {
  const std::vector<std::string> parts = split(path, '/');
  const bool is_group = parts.size() == 4 && parts[1] == "apis";
  const std::vector<ResourceType> served = is_group ? types.of_group(parts[2], parts[3]) : std::vector<ResourceType>{};
  if (served.empty()) {
    return failure(404, "NotFound", "the server could not find the requested resource");
  }
  Json resources = Json::array();
  for (const ResourceType& type : served) {
    resources.push_back({{"name", type.plural}, {"kind", type.kind}, {"namespaced", type.namespaced}});
  }
  Json body{{"kind", "APIResourceList"}, {"groupVersion", parts[2] + "/" + parts[3]}, {"resources", resources}};
  return {200, StoredObject(std::move(body))};
}

}  // namespace

Result<Json> SimKube::get_raw(const std::string& path) {
  return read({user_, "get", path}, [&]() -> Answer {
    if (path == "/version") {
      return {200, StoredObject(Json{{"major", "1"}, {"minor", "34"}, {"gitVersion", "v1.34.4-sim"}, {"platform", "sim/virtual"}})};
    }
    if (path == "/readyz" || path == "/livez" || path == "/healthz") {
      return {200, StoredObject(Json("ok"))};
    }
    return discovery(cluster_->api().types(), path);
  });
}

Result<ObjectList> SimKube::pages(const FaultPoint& at, const Resource& resource, const ListOptions& options, bool& expired) {
  ObjectList list;
  std::string token;
  do {
    if (!token.empty() && cluster_->faults().fire(Fault::gone_in_mid_list, at)) {
      cluster_->api().expire_continue_tokens();
    }
    const ListQuery query{options.label_selector, token, options.page_size};
    Result<Json> page = read(at, [&] { return cluster_->api().list(user_, resource, query); });
    if (!page) {
      expired = !token.empty() && page.error().kind == ErrorKind::gone;
      return page.error();
    }
    list.resource_version = list.resource_version.empty() ? text_at(*page, {"metadata", "resourceVersion"}) : list.resource_version;
    for (Json& item : (*page)["items"]) {
      list.items.push_back(std::move(item));
    }
    token = text_at(*page, {"metadata", "continue"});
  } while (!token.empty());
  return list;
}

Result<ObjectList> SimKube::list(const Resource& resource, const ListOptions& options) {
  const FaultPoint at = point("list", resource);
  Faults& faults = cluster_->faults();
  if (faults.fire(Fault::gone_repeats_on_relist, at)) {
    return error_from(failure(410, "Expired", "The resourceVersion for the provided list is too old."), false);
  }
  if (faults.fire(Fault::revision_too_large, at)) {
    return error_from(failure(504, "Timeout", "Too large resource version"), false);
  }
  if (const auto earlier = earlier_lists_.find(resource.path());
      earlier != earlier_lists_.end() && faults.fire(Fault::list_goes_back, at)) {
    return earlier->second;
  }
  bool expired = false;
  Result<ObjectList> list = pages(at, resource, options, expired);
  if (expired) {
    list = pages(at, resource, options, expired);  // once more from the start
  }
  if (list) {
    earlier_lists_.try_emplace(resource.path(), *list);
  }
  return list;
}

// Somebody else is faster, by the same means as they have.
void SimKube::rival_acts(const FaultPoint& at, const Resource& object) {
  Faults& faults = cluster_->faults();
  ApiServer& api = cluster_->api();
  if (at.verb == "patch" && faults.fire(Fault::object_deleted_meanwhile, at)) {
    api.remove("rival", object, DeleteOptions{"", "", "Background", false});
  }
  if (at.verb == "patch" && faults.fire(Fault::conflict_storm, at)) {
    api.patch("rival", object, PatchType::merge,
              {{"metadata", {{"annotations", {{"rival.example/write", std::to_string(api.store().revision())}}}}}});
  }
  if (at.verb != "delete") {
    return;
  }
  if (faults.fire(Fault::foreign_finalizer, at)) {
    api.patch("rival", object, PatchType::merge, {{"metadata", {{"finalizers", {"rival.example/hold"}}}}});
  }
  if (faults.fire(Fault::same_name_new_uid, at)) {
    if (const Answer old = api.get("rival", object); old.ok()) {
      api.remove("rival", object, DeleteOptions{"", "", "Background", false});
      Json anew = old.body;
      anew["metadata"].erase("uid");
      api.create("rival", collection_of(object), std::move(anew));
    }
  }
}

void SimKube::strike_before_write(const FaultPoint& at) {
  const Fault fault = journal_write(at) ? Fault::crash_before_intent : Fault::crash_after_intent;
  if (cluster_->faults().fire(fault, at) && crash_) {
    crash_({CrashPoint::When::before_sending});
  }
}

// Whether the answer is lost although the write was done.
bool SimKube::strike_after_write(const FaultPoint& at, bool created) {
  Faults& faults = cluster_->faults();
  if (!journal_write(at) && faults.fire(Fault::crash_after_effect, at) && crash_) {
    cluster_->audit().mark_answer_lost();
    crash_({CrashPoint::When::after_effect});
  }
  const bool duplicate = created && faults.fire(Fault::generate_name_duplicate, at);
  if (duplicate || faults.fire(Fault::answer_lost, at)) {
    cluster_->audit().mark_answer_lost();
    return true;
  }
  return false;
}

Result<Json> SimKube::write(const FaultPoint& at, const Resource& object, bool dry_run, const Send& send) {
  let_time_pass();
  if (const Answer refused = refused_by_fault(at, true); !refused.ok()) {
    return error_from(refused, !dry_run);
  }
  if (!dry_run) {
    strike_before_write(at);
    rival_acts(at, object);
  }
  if (cluster_->faults().fire(Fault::connection_dropped, at)) {
    return Error{dry_run ? ErrorKind::timed_out : ErrorKind::ambiguous, "connection reset by peer"};
  }
  Answer answer = send();
  if (!dry_run && answer.ok() && strike_after_write(at, at.verb == "create" && object.name.empty())) {
    return Error{ErrorKind::ambiguous, "the answer was lost"};
  }
  return answer.ok() ? Result<Json>(std::move(answer.body).take()) : error_from(answer, !dry_run);
}

Result<Json> SimKube::create(const Resource& resource, const Json& body, const WriteOptions& options) {
  return write(point("create", resource), resource, options.dry_run,
               [&] { return cluster_->api().create(user_, resource, body, options.dry_run); });
}

Result<Json> SimKube::replace(const Resource& object, const Json& body, const WriteOptions& options) {
  return write(point("update", object), object, options.dry_run,
               [&] { return cluster_->api().replace(user_, object, body, options.dry_run); });
}

Result<Json> SimKube::patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) {
  return write(point("patch", object), object, options.dry_run,
               [&] { return cluster_->api().patch(user_, object, type, body, options.dry_run); });
}

Result<Json> SimKube::remove(const Resource& object, const DeleteOptions& options) {
  return write(point("delete", object), object, options.dry_run, [&] { return cluster_->api().remove(user_, object, options); });
}

Result<AccessAnswer> SimKube::can_i(const AccessQuestion& question) {
  Result<Json> answer = read({user_, "create", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"},
                             [&] { return cluster_->api().review_access(user_, question); });
  if (!answer) {
    return answer.error();
  }
  return AccessAnswer{bool_at(*answer, {"status", "allowed"}), text_at(*answer, {"status", "reason"})};
}

Result<std::string> SimKube::logs(const std::string& ns, const std::string& pod, const LogOptions& options) {
  const FaultPoint at = point("get", {"", "v1", "pods", ns, pod, "log"});
  Result<Json> found = read(at, [&] { return cluster_->api().read_log(user_, ns, pod); });
  if (!found) {
    return found.error();
  }
  const StoredObject object = cluster_->api().store().find({"", "pods", ns, pod});
  const auto* lines = cluster_->kubelet().log(text_at(object, {"metadata", "uid"}), options.container, options.previous);
  if (lines == nullptr) {
    return error_from(failure(400, "BadRequest",
                              options.previous ? "previous terminated container in pod \"" + pod + "\" not found"
                                               : "container in pod \"" + pod + "\" is waiting to start: ContainerCreating"),
                      false);
  }
  const std::size_t first = options.tail_lines >= 0 && lines->size() > static_cast<std::size_t>(options.tail_lines)
                                ? lines->size() - static_cast<std::size_t>(options.tail_lines)
                                : 0;
  std::string text;
  for (std::size_t i = first; i < lines->size(); ++i) {
    text += (*lines)[i] + "\n";
  }
  return options.limit_bytes > 0 ? text.substr(0, static_cast<std::size_t>(options.limit_bytes)) : text;
}

}  // namespace refloat::sim
