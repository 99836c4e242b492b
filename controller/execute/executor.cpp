#include "execute/executor.h"

#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/recovery.h"
#include "model/write.h"
#include "postgres/database.h"

namespace refloat {

namespace {

Resource resource_of(const KubeWrite& write) {
  return {write.group, write.version, write.plural, write.object.ns, write.object.name, write.subresource};
}

Result<Json> call(KubeApi& api, const KubeWrite& write, bool rehearse) {
  const Resource resource = resource_of(write);
  switch (write.verb) {
    case KubeWrite::Verb::create: return api.create(resource, write.body, {rehearse, false});
    case KubeWrite::Verb::patch: return api.patch(resource, write.patch_type, write.body, {rehearse, false});
    case KubeWrite::Verb::remove: return api.remove(resource, {write.object.uid, write.resource_version, write.propagation, rehearse});
  }
  return Error{ErrorKind::invalid, "unknown verb"};
}

EffectState state_of(ErrorKind kind, bool guarded_by_tests) {
  switch (kind) {
    case ErrorKind::stale:
    case ErrorKind::not_found: return EffectState::stale;
    // A failed `test` of a JSON patch is 422 without detail: the object is no longer what we decided on.
    case ErrorKind::invalid: return guarded_by_tests ? EffectState::stale : EffectState::rejected;
    case ErrorKind::ambiguous:
    case ErrorKind::timed_out: return EffectState::ambiguous;
    case ErrorKind::transient: return EffectState::stale;  // known not to have been carried out: decide again
    case ErrorKind::denied:
    case ErrorKind::unauthenticated:
    case ErrorKind::gone: return EffectState::rejected;
  }
  return EffectState::rejected;
}

Sent failed(const Error& error, bool guarded_by_tests) {
  return {state_of(error.kind, guarded_by_tests), error.message, nullptr};
}

}  // namespace

Sent send(KubeApi& api, const KubeWrite& write, bool rehearse) {
  const Result<Json> answer = call(api, write, rehearse);
  if (!answer) return failed(answer.error(), write.patch_type == PatchType::json && write.verb == KubeWrite::Verb::patch);
  return {EffectState::applied, "resourceVersion " + text_at(*answer, {"metadata", "resourceVersion"}, "-"), nullptr};
}

Sent send(DatabaseAccess& databases, const DatabaseTarget& target, const SqlWrite& write, bool rehearse) {
  Result<RepairAnswer> answer = databases.repair(target, {write.kind, write.arguments, rehearse});
  if (!answer) return failed(answer.error(), true);  // a guard that refused means that the state changed
  return {EffectState::applied, answer->message + " (" + std::to_string(answer->rows) + " rows)", std::move(answer->removed)};
}

}  // namespace refloat
