// Nothing is written unless a person asked for this run or the Stack says Auto of all that the plan is against.
#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/stack.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (view.approved) return allow("a person asked for this run");
  const EffectiveMode effective = effective_mode(view.stack, view.plan);
  if (effective.mode == Mode::automatic) {
    const Finding* asks = wants_approval(view.plan, &view.step);
    return asks == nullptr ? allow(display(effective)) : deny(asks->signature + " needs an approval, also in mode Auto");
  }
  return deny(display(effective) + ": needs `recover` or an approval");
}

}  // namespace

Guardrail mode_guardrail() {
  return {"mode", decide};
}

}  // namespace refloat
