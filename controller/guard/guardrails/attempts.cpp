// Attempts are bounded, across restarts too: they are counted in the journal.
#include <string>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"
#include "model/recovery.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (view.recovery == nullptr) return allow();
  for (const StepRun& run : view.recovery->steps) {
    if (run.id == view.step.id && run.attempts >= view.stack.limits.attempts_per_step) {
      return deny("step " + run.id + " was tried " + std::to_string(run.attempts) + " times");
    }
  }
  return allow();
}

}  // namespace

Guardrail attempts_guardrail() {
  return {"attempts", decide};
}

}  // namespace refloat
