// An Application that is being deleted, that Argo CD was told to leave alone, or that Argo CD does not process at all is not ours to touch.
#include <chrono>

#include "base/time.h"
#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/application.h"
#include "model/decision.h"

namespace refloat {

namespace {

// Argo CD begins a requested operation within seconds.
constexpr Duration silence_max = std::chrono::minutes(1);

Decision decide(const GuardView& view) {
  if (view.step.application.empty()) return allow();
  const Application* app = step_application(view);
  if (app == nullptr) return deny("Application " + view.step.application + " was not found in " + view.stack.ns);
  if (app->deletion_at) return deny("Application " + app->ref.name + " is being deleted");
  if (app->skip_reconcile) return deny("Application " + app->ref.name + " carries skip-reconcile");
  const bool ignored = app->has_operation && !app->operation && app->unchanged_since && view.now - *app->unchanged_since > silence_max;
  if (ignored)
    return deny("Argo CD does not begin the requested operation of " + app->ref.name + ": is its application controller running?");
  return allow();
}

}  // namespace

Guardrail application_state_guardrail() {
  return {"application-state", decide};
}

}  // namespace refloat
