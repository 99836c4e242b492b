// A destructive step runs only if the evidence it rests on was read true just now.
#include <algorithm>
#include <chrono>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"
#include "model/finding.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (!view.action.destructive) return allow();
  for (const Finding& finding : view.diagnosis.findings) {
    const auto& asked = view.step.findings;
    if (std::find(asked.begin(), asked.end(), finding.id) != asked.end()) return allow("still true: " + finding.summary);
  }
  return deny_until("the evidence for this step no longer holds", view.now + std::chrono::seconds(2));
}

}  // namespace

Guardrail evidence_guardrail() {
  return {"evidence", decide};
}

}  // namespace refloat
