// What goes beyond the safe default is off until the Stack names it.
#include <string>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"
#include "model/stack.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (!view.action.needs) return allow();
  const std::string name = to_string(*view.action.needs);
  if (view.stack.allows(*view.action.needs)) return allow("allowed by spec.allow: " + name);
  return deny(view.action.name + " needs `allow: [" + name + "]` in the Stack");
}

}  // namespace

Guardrail permission_guardrail() {
  return {"permission", decide};
}

}  // namespace refloat
