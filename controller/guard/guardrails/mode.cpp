// Nothing is written unless a person asked for this run or the Stack says Auto.
#include <algorithm>
#include <string>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"
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
  if (view.stack.mode == Mode::automatic) {
    const Finding* asks = wants_approval(view);
    return asks == nullptr ? allow("mode Auto") : deny(asks->signature + " needs an approval, also in mode Auto");
  }
  return deny(std::string("mode ") + to_string(view.stack.mode) + ": needs `recover` or an approval");
}

}  // namespace

Guardrail mode_guardrail() {
  return {"mode", decide};
}

}  // namespace refloat
