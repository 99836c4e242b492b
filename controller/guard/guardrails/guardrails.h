// One factory per guardrail; all.cpp lists them in the order in which reasons are shown.
#pragma once

#include <string>

#include "guard/guardrail.h"

namespace refloat {

Guardrail mode_guardrail();
Guardrail pause_request_guardrail();
Guardrail unrecoverable_cause_guardrail();
Guardrail permission_guardrail();
Guardrail freshness_guardrail();
Guardrail examined_guardrail();
Guardrail evidence_guardrail();
Guardrail application_state_guardrail();
Guardrail sync_window_guardrail();
Guardrail argo_at_work_guardrail();
Guardrail foreign_finalizer_guardrail();
Guardrail database_direct_guardrail();
Guardrail database_switchover_guardrail();
Guardrail migrator_guardrail();
Guardrail attempts_guardrail();
Guardrail blast_radius_guardrail();

// Short ways to answer.
Decision allow(std::string why = {});
Decision deny(std::string reason);                    // until a person or Git changes something
Decision deny_until(std::string reason, Time retry);  // may end by itself

// The Application the step acts on; null when the step has none or it is gone.
const Application* step_application(const GuardView& view);

// The Application of the migrations role; null when the Stack has none.
const Application* migrations_application(const GuardView& view);

// Whether fresh evidence proves that the running or waiting operation of this Application can not succeed: a finding about the
// Application itself, or one whose signature dooms the role's retries.
bool operation_doomed(const GuardView& view, const Application& app);

}  // namespace refloat
