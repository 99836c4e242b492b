// No effect on stale evidence.
#include <chrono>

#include "base/time.h"
#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"

namespace refloat {

namespace {

constexpr Duration age_max = std::chrono::seconds(30);

Decision decide(const GuardView& view) {
  const Duration age = view.now - view.snapshot.taken_at;
  if (age <= age_max) return allow();
  return deny_until("the snapshot is " + format_duration(age) + " old", view.now);
}

}  // namespace

Guardrail freshness_guardrail() {
  return {"freshness", decide};
}

}  // namespace refloat
