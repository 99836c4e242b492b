// A root cause that only people can end stops everything else: acting next to it could make it worse (a migration over a reset schema
// destroys data).
#include <algorithm>
#include <chrono>
#include <string>

#include "guard/guardrails/guardrails.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (view.step.phase == Phase::verify) return allow();
  const auto& findings = view.diagnosis.findings;
  const auto worst = std::find_if(findings.begin(), findings.end(), [](const Finding& f) { return f.recoverable == Recoverable::no; });
  if (worst == findings.end()) return allow();
  const std::string reason = worst->signature + " on " + worst->subject.name + " is never recovered automatically";
  // While a run is under way a database may be away for a moment; before one nothing is started.
  return view.recovery == nullptr ? deny(reason) : deny_until(reason, view.now + std::chrono::seconds(2));
}

}  // namespace

Guardrail unrecoverable_cause_guardrail() {
  return {"unrecoverable-cause", decide};
}

}  // namespace refloat
