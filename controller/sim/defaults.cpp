#include "sim/defaults.h"

#include <cstdint>
#include <string>
#include <utility>

#include "base/base64.h"
#include "base/digest.h"
#include "base/json.h"
#include "sim/resource_types.h"

namespace refloat::sim {

namespace {

void set_default(Json& object, const char* field, Json value) {
  if (!object.contains(field) || object[field].is_null()) {
    object[field] = std::move(value);
  }
}

void default_pod_spec(Json& spec, const char* restart_policy) {
  set_default(spec, "restartPolicy", restart_policy);
  set_default(spec, "terminationGracePeriodSeconds", 30);
}

void default_job(Json& job) {
  Json& spec = job["spec"];
  set_default(spec, "backoffLimit", 6);
  set_default(spec, "completions", 1);
  set_default(spec, "parallelism", 1);
  set_default(spec, "suspend", false);
  set_default(spec, "completionMode", "NonIndexed");
  const std::string uid = text_at(job, {"metadata", "uid"});
  spec["selector"]["matchLabels"]["batch.kubernetes.io/controller-uid"] = uid;
  Json& labels = spec["template"]["metadata"]["labels"];
  for (const char* key : {"batch.kubernetes.io/controller-uid", "controller-uid"}) {
    labels[key] = uid;
  }
  for (const char* key : {"batch.kubernetes.io/job-name", "job-name"}) {
    labels[key] = job["metadata"]["name"];
  }
  default_pod_spec(spec["template"]["spec"], "Never");
  job.erase("status");
}

void default_workload(Json& object) {
  set_default(object["spec"], "replicas", 1);
  if (object["kind"] == "Deployment") {
    set_default(object["spec"], "strategy", {{"type", "RollingUpdate"}});
    set_default(object["spec"], "progressDeadlineSeconds", 600);
  }
  default_pod_spec(object["spec"]["template"]["spec"], "Always");
  object.erase("status");
}

}  // namespace

void encode_string_data(Json& secret) {
  for (const auto& [key, value] : at_path(secret, {"stringData"}).items()) {
    secret["data"][key] = base64_encode(value.get<std::string>());
  }
  secret.erase("stringData");
  set_default(secret, "type", "Opaque");
}

namespace {

std::string operation_state_error(const Json& application) {
  const Json& state = at_path(application, {"status", "operationState"});
  if (!state.is_object()) {
    return "";
  }
  for (const char* field : {"operation", "phase", "startedAt"}) {
    if (!state.contains(field)) {
      return std::string("status.operationState.") + field + ": Required value";
    }
  }
  return "";
}

}  // namespace

void apply_defaults(const ResourceType& type, Json& object) {
  if (type.kind == "Job") {
    default_job(object);
  } else if (type.kind == "Deployment" || type.kind == "StatefulSet" || type.kind == "ReplicaSet") {
    default_workload(object);
  } else if (type.kind == "Secret") {
    encode_string_data(object);
  } else if (type.kind == "Pod") {
    default_pod_spec(object["spec"], "Always");
    object["status"] = {{"phase", "Pending"}};
  } else if (type.custom && type.status_subresource) {
    object.erase("status");
  }
}

std::string validation_error(const ResourceType& type, const Json& object) {
  if (type.kind == "Application") {
    for (const char* field : {"destination", "project"}) {
      if (!at_path(object, {"spec"}).contains(field)) {
        return std::string("spec.") + field + ": Required value";
      }
    }
    return operation_state_error(object);
  }
  if (type.kind == "Job" && at_path(object, {"spec", "template", "spec", "containers"}).empty()) {
    return "spec.template.spec.containers: Required value";
  }
  return "";
}

std::string immutable_error(const ResourceType& type, const Json& before, const Json& after) {
  if (type.kind == "Job" && at_path(before, {"spec", "template"}) != at_path(after, {"spec", "template"})) {
    return "spec.template: Invalid value: field is immutable";
  }
  const bool selects = type.kind == "Job" || type.kind == "Deployment";
  if (selects && at_path(before, {"spec", "selector"}) != at_path(after, {"spec", "selector"})) {
    return "spec.selector: Invalid value: field is immutable";
  }
  return "";
}

std::int64_t grace_seconds(const Json& object) {
  const std::string phase = text_at(object, {"status", "phase"});
  const bool runs =
      object.value("kind", "") == "Pod" && !text_at(object, {"spec", "nodeName"}).empty() && phase != "Succeeded" && phase != "Failed";
  return runs ? int_at(object, {"spec", "terminationGracePeriodSeconds"}, 30) : 0;
}

bool deletes_when_unfinalized(const ResourceType& type, const Json& object) {
  return type.kind != "Pod" || int_at(object, {"metadata", "deletionGracePeriodSeconds"}) == 0;
}

std::string name_suffix(const std::string& uid) {
  return sha256_hex(uid).substr(0, 5);
}

}  // namespace refloat::sim
