#include "journal/recovery_objects.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "journal/crd_journal.h"
#include "kube/kube_api.h"
#include "model/recovery.h"
#include "model/write.h"

namespace refloat {
namespace {

constexpr std::size_t label_bytes_max = 63;

// A label cannot hold every name; a digest of the long ones still selects.
std::string label_of(const std::string& stack) {
  return stack.size() <= label_bytes_max ? stack : sha256_hex(stack).substr(0, label_bytes_max);
}

bool shares(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& each) { return b.contains(each); });
}

// Whether the status that stands there is the one that was sent: then it was written, and what a person decided meanwhile is taken over.
bool landed(KubeApi& api, const Json& status, Recovery& recovery) {
  const Result<Json> now = api.get(recovery_resource(recovery.ns, recovery.name));
  if (!now || at_path(*now, {"status"}) != status) return false;
  const Result<Recovery> other = recovery_from_json(*now);
  if (!other || (!recovery.uid.empty() && other->uid != recovery.uid)) return false;
  recovery.approval = other->approval;
  adopt_metadata(*now, recovery);
  return true;
}

}  // namespace

Resource recovery_resource(const std::string& ns, const std::string& name, const std::string& subresource) {
  return {"refloat.dev", "v1alpha1", "recoveries", ns, name, subresource};
}

void complete_status(Json& object) {
  if (!object.is_object() || !at_path(object, {"status"}).empty()) return;
  Json steps = Json::array();
  for (const Json& phase : at_path(object, {"spec", "plan", "phases"})) {
    for (const Json& step : at_path(phase, {"steps"})) {
      steps.push_back({{"id", text_at(step, {"id"})}, {"state", "waiting"}, {"attempts", 0}, {"message", ""}, {"effects", Json::array()}});
    }
  }
  object["status"] = {{"holder", ""},         {"startedAt", text_at(object, {"spec", "plan", "madeAt"})},
                      {"verdict", "Running"}, {"phase", bool_at(object, {"spec", "needsApproval"}) ? "AwaitingApproval" : "Running"},
                      {"message", ""},        {"steps", std::move(steps)}};
}

bool is_finished_object(const Json& object) {
  const std::string verdict = text_at(object, {"status", "verdict"});
  return verdict == to_string(Verdict::recovered) || verdict == to_string(Verdict::failed) || verdict == to_string(Verdict::aborted) ||
         verdict == to_string(Verdict::refused);
}

Result<std::vector<Recovery>> open_recoveries(KubeApi& api, const std::string& ns, const std::string& stack) {
  Result<ObjectList> list = api.list(recovery_resource(ns), {});
  if (!list) return list.error().wrap("list recoveries in namespace " + ns);
  std::vector<Recovery> open;
  for (Json& object : list->items) {
    if (!stack.empty() && text_at(object, {"spec", "stack"}) != stack) continue;
    if (is_finished_object(object)) continue;
    complete_status(object);
    Result<Recovery> recovery = recovery_from_json(object);
    if (!recovery) return recovery.error().wrap("recovery " + text_at(object, {"metadata", "name"}));
    open.push_back(std::move(*recovery));
  }
  return open;
}

Result<> acts_alone(KubeApi& api, const Recovery& recovery) {
  const Result<std::vector<Recovery>> open = open_recoveries(api, recovery.ns, {});
  if (!open) return open.error();
  const std::set<std::string> ours = application_uids(recovery.plan);
  for (const Recovery& other : *open) {
    if (other.name == recovery.name) continue;
    if (other.stack != recovery.stack && !shares(ours, application_uids(other.plan))) continue;
    return Error{ErrorKind::stale,
                 "recovery " + other.name + " of Stack " + other.stack + " is not finished and acts on the same Applications",
                 "resume or abort it first"};
  }
  return ok();
}

Json object_to_create(const Recovery& recovery) {
  Json object = to_json(recovery);
  object.erase("status");
  object["metadata"]["labels"] = {{"refloat.dev/stack", label_of(recovery.stack)}};
  return object;
}

void adopt_metadata(const Json& object, Recovery& recovery) {
  recovery.resource_version = text_at(object, {"metadata", "resourceVersion"});
  recovery.uid = text_at(object, {"metadata", "uid"});
  recovery.generation = int_at(object, {"metadata", "generation"});
}

Result<> write_recovery_status(KubeApi& api, const Recovery& stored, Recovery& recovery) {
  const Json status = to_json(stored).at("status");
  const Json patch{{"metadata", {{"resourceVersion", recovery.resource_version}}}, {"status", status}};
  const Result<Json> answer = api.patch(recovery_resource(recovery.ns, recovery.name, "status"), PatchType::merge, patch, {});
  if (answer) {
    adopt_metadata(*answer, recovery);
    return ok();
  }
  const ErrorKind kind = answer.error().kind;
  const bool unsure = kind == ErrorKind::ambiguous || kind == ErrorKind::stale;
  if (unsure && landed(api, status, recovery)) {
    const auto ending = ending_asked_for(recovery);
    return ending ? Result<>(Error{ErrorKind::stale, "recovery " + recovery.name + " is " + ending->message}) : ok();
  }
  return answer.error().wrap("save recovery " + recovery.name);
}

}  // namespace refloat
