#include "journal/playbook_status_writer.h"

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "journal/stack_status_writer.h"
#include "kube/kube_api.h"
#include "model/playbook_verdict.h"
#include "model/status_condition.h"
#include "model/write.h"

namespace refloat {

namespace {

constexpr const char* ready_type = "Ready";

StatusCondition condition_of(const PlaybookVerdict& verdict, Time now) {
  const ConditionStatus ready = verdict.usable ? ConditionStatus::yes : ConditionStatus::no;
  return {ready_type, ready, verdict.reason, verdict.message, now, verdict.generation};
}

Result<StatusWrite> write(KubeApi& api, Resource at, const PlaybookVerdict& verdict, const Json& metadata, const Json& conditions) {
  at.subresource = "status";
  const Json body{{"metadata", metadata}, {"status", {{"observedGeneration", verdict.generation}, {"conditions", conditions}}}};
  const Result<Json> written = api.patch(at, PatchType::merge, body, {});
  if (!written) return written.error().wrap("write the status of Playbook " + verdict.ref.name);
  return StatusWrite::written;
}

// Too deep for us to take in, so its own answer to the write is, too: that it is done is all we learn.
Result<StatusWrite> write_blindly(KubeApi& api, const Resource& at, const PlaybookVerdict& verdict, Time now) {
  std::vector<StatusCondition> conditions;
  set_condition(conditions, condition_of(verdict, now));
  Result<StatusWrite> written = write(api, at, verdict, {{"uid", verdict.ref.uid}}, conditions_json(conditions));
  const bool done = !written && written.error().kind == ErrorKind::ambiguous;
  return done ? Result<StatusWrite>(StatusWrite::written) : written;
}

}  // namespace

Result<StatusWrite> write_playbook_status(KubeApi& api, const PlaybookVerdict& verdict, Time now) {
  const Resource at{"refloat.dev", "v1alpha1", "playbooks", verdict.ref.ns, verdict.ref.name, ""};
  const Result<Json> object = api.get(at);
  if (!object && object.error().kind == ErrorKind::not_found) return StatusWrite::unchanged;
  if (!object && object.error().kind == ErrorKind::invalid && !verdict.usable) return write_blindly(api, at, verdict, now);
  if (!object) return object.error().wrap("read Playbook " + verdict.ref.name);
  const bool same =
      text_at(*object, {"metadata", "uid"}) == verdict.ref.uid && int_at(*object, {"metadata", "generation"}) == verdict.generation;
  if (!same) return StatusWrite::unchanged;
  std::vector<StatusCondition> conditions = conditions_from_json(at_path(*object, {"status", "conditions"}));
  const Json before = conditions_json(conditions);
  set_condition(conditions, condition_of(verdict, now));
  const Json after = conditions_json(conditions);
  if (before == after && int_at(*object, {"status", "observedGeneration"}) == verdict.generation) return StatusWrite::unchanged;
  return write(api, at, verdict, {{"resourceVersion", text_at(*object, {"metadata", "resourceVersion"})}, {"uid", verdict.ref.uid}}, after);
}

}  // namespace refloat
