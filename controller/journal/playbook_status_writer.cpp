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

Result<StatusWrite> write_playbook_status(KubeApi& api, const PlaybookVerdict& verdict, Time now) {
  Resource at{"refloat.dev", "v1alpha1", "playbooks", verdict.ref.ns, verdict.ref.name, ""};
  const Result<Json> object = api.get(at);
  if (!object && object.error().kind == ErrorKind::not_found) return StatusWrite::unchanged;
  if (!object) return object.error().wrap("read Playbook " + verdict.ref.name);
  const bool same =
      text_at(*object, {"metadata", "uid"}) == verdict.ref.uid && int_at(*object, {"metadata", "generation"}) == verdict.generation;
  if (!same) return StatusWrite::unchanged;
  std::vector<StatusCondition> conditions = conditions_from_json(at_path(*object, {"status", "conditions"}));
  const Json before = conditions_json(conditions);
  const ConditionStatus ready = verdict.usable ? ConditionStatus::yes : ConditionStatus::no;
  set_condition(conditions, {"Ready", ready, verdict.reason, verdict.message, now, verdict.generation});
  const Json after = conditions_json(conditions);
  if (before == after && int_at(*object, {"status", "observedGeneration"}) == verdict.generation) return StatusWrite::unchanged;
  at.subresource = "status";
  const Json body{{"metadata", {{"resourceVersion", text_at(*object, {"metadata", "resourceVersion"})}, {"uid", verdict.ref.uid}}},
                  {"status", {{"observedGeneration", verdict.generation}, {"conditions", after}}}};
  const Result<Json> written = api.patch(at, PatchType::merge, body, {});
  if (!written) return written.error().wrap("write the status of Playbook " + verdict.ref.name);
  return StatusWrite::written;
}

}  // namespace refloat
