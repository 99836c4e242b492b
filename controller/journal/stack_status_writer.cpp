#include "journal/stack_status_writer.h"

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/stack.h"
#include "model/write.h"

namespace refloat {
namespace {

// A merge patch from one object to another: members that are gone become null. Lists are replaced as a whole.
Json difference(const Json& from, const Json& to) {
  Json patch = Json::object();
  for (const auto& [key, value] : to.items()) {
    const auto old = from.find(key);
    if (old != from.end() && *old == value) continue;
    const bool both = old != from.end() && old->is_object() && value.is_object();
    patch[key] = both ? difference(*old, value) : value;
  }
  for (const auto& [key, value] : from.items()) {
    if (!to.contains(key)) patch[key] = nullptr;
  }
  return patch;
}

}  // namespace

Result<StatusWrite> write_stack_status(KubeApi& api, const Stack& stack, const Json& previous, const Json& next) {
  const Json from = previous.is_object() ? previous : Json::object();
  const Json patch = difference(from, next);
  if (patch.empty()) return StatusWrite::unchanged;
  const Resource at{"refloat.dev", "v1alpha1", "stacks", stack.ns, stack.name, "status"};
  const Json body{{"metadata", {{"resourceVersion", stack.resource_version}, {"uid", stack.uid}}}, {"status", patch}};
  const Result<Json> written = api.patch(at, PatchType::merge, body, {});
  if (!written) return written.error().wrap("write the status of Stack " + stack.name);
  return StatusWrite::written;
}

}  // namespace refloat
