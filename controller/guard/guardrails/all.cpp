#include <vector>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"

namespace refloat {

const std::vector<Guardrail>& all_guardrails() {
  static const std::vector<Guardrail> rails = {
      mode_guardrail(),
      pause_request_guardrail(),
      unrecoverable_cause_guardrail(),
      permission_guardrail(),
      freshness_guardrail(),
      examined_guardrail(),
      evidence_guardrail(),
      application_state_guardrail(),
      sync_window_guardrail(),
      argo_at_work_guardrail(),
      foreign_finalizer_guardrail(),
      database_direct_guardrail(),
      database_switchover_guardrail(),
      migrator_guardrail(),
      attempts_guardrail(),
      blast_radius_guardrail(),
  };
  return rails;
}

}  // namespace refloat
