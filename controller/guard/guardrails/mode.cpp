// Nothing is written unless a person asked for this run or the Stack says Auto of all that the plan is against.
#include <algorithm>
#include <string>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/stack.h"

namespace refloat {

namespace {

const Finding* wants_approval(const GuardView& view) {
  for (const Finding& finding : view.plan.findings) {
    const auto& asked = view.step.findings;
    const bool asked_for = std::find(asked.begin(), asked.end(), finding.id) != asked.end();
    if (asked_for && finding.recoverable != Recoverable::automatic) return &finding;
  }
  return nullptr;
}

Decision decide(const GuardView& view) {
  if (view.approved) return allow("a person asked for this run");
  const EffectiveMode effective = effective_mode(view.stack, view.plan.findings);
  if (effective.mode == Mode::automatic) {
    const Finding* asks = wants_approval(view);
    return asks == nullptr ? allow(display(effective)) : deny(asks->signature + " needs an approval, also in mode Auto");
  }
  return deny(display(effective) + ": needs `recover` or an approval");
}

}  // namespace

Guardrail mode_guardrail() {
  return {"mode", decide};
}

}  // namespace refloat
