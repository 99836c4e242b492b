#include "reconcile/metered_kube.h"

#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/write.h"

namespace refloat {
namespace {

// Never a name or namespace: their number has no bound.
std::string kind_of(const Resource& resource) {
  return resource.plural + (resource.subresource.empty() ? "" : "/" + resource.subresource);
}

}  // namespace

template <class Call>
auto MeteredKube::timed(const char* verb, const std::string& resource, Call&& call) {
  const double began = now_();
  auto answer = std::forward<Call>(call)();
  metrics_.observe("refloat_api_request_seconds", {{"verb", verb}, {"resource", resource}}, now_() - began);
  if (!answer) count_error(verb, resource, answer.error().kind);
  return answer;
}

void MeteredKube::count_error(const char* verb, const std::string& resource, ErrorKind kind) {
  metrics_.count("refloat_api_errors_total", {{"verb", verb}, {"resource", resource}, {"error", to_string(kind)}});
}

Result<Json> MeteredKube::get(const Resource& object) {
  return timed("get", kind_of(object), [&] { return api_.get(object); });
}

Result<Json> MeteredKube::get_raw(const std::string& path) {
  return timed("get", "raw", [&] { return api_.get_raw(path); });
}

Result<ObjectList> MeteredKube::list(const Resource& resource, const ListOptions& options) {
  return timed("list", kind_of(resource), [&] { return api_.list(resource, options); });
}

Result<Json> MeteredKube::create(const Resource& resource, const Json& body, const WriteOptions& options) {
  return timed("create", kind_of(resource), [&] { return api_.create(resource, body, options); });
}

Result<Json> MeteredKube::replace(const Resource& object, const Json& body, const WriteOptions& options) {
  return timed("update", kind_of(object), [&] { return api_.replace(object, body, options); });
}

Result<Json> MeteredKube::patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) {
  return timed("patch", kind_of(object), [&] { return api_.patch(object, type, body, options); });
}

Result<Json> MeteredKube::remove(const Resource& object, const DeleteOptions& options) {
  return timed("delete", kind_of(object), [&] { return api_.remove(object, options); });
}

Result<std::string> MeteredKube::logs(const std::string& ns, const std::string& pod, const LogOptions& options) {
  return timed("get", "pods/log", [&] { return api_.logs(ns, pod, options); });
}

Result<AccessAnswer> MeteredKube::can_i(const AccessQuestion& question) {
  return timed("create", "selfsubjectaccessreviews", [&] { return api_.can_i(question); });
}

}  // namespace refloat
