// Somebody asked for quiet: each entry of pauseRequests says who.
#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (view.stack.pause_requests.empty()) return allow();
  return deny("paused by " + view.stack.pause_requests.front());
}

}  // namespace

Guardrail pause_request_guardrail() {
  return {"pause-request", decide};
}

}  // namespace refloat
