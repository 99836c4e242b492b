// Nothing is written unless a person asked for this run or the Stack says Auto.
#include "guard/guardrails/guardrails.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (view.approved) return allow("a person asked for this run");
  if (view.stack.mode == Mode::automatic) return allow("mode Auto");
  return deny(std::string("mode ") + to_string(view.stack.mode) + ": needs `recover` or an approval");
}

}  // namespace

Guardrail mode_guardrail() {
  return {"mode", decide};
}

}  // namespace refloat
