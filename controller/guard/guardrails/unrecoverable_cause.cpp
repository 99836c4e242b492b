// A root cause that only people can end stops everything else: acting next to it could make it worse (a migration over a reset schema
// destroys data).
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"
#include "model/finding.h"
#include "model/playbook.h"

namespace refloat {

namespace {

const Finding* only_for_people(const std::vector<Finding>& findings) {
  const auto found = std::find_if(findings.begin(), findings.end(), [](const Finding& f) { return f.recoverable == Recoverable::no; });
  return found == findings.end() ? nullptr : &*found;
}

Decision decide(const GuardView& view) {
  if (view.step.phase == Phase::verify) return allow();
  const Finding* worst = only_for_people(view.diagnosis.findings);
  // Explained by something else or not: it holds, so acting next to it is just as dangerous.
  if (worst == nullptr) worst = only_for_people(view.diagnosis.suppressed);
  if (worst == nullptr) return allow();
  const std::string reason = worst->signature + " on " + worst->subject.name + " is never recovered automatically";
  // While a run is under way a database may be away for a moment; before one nothing is started.
  return view.recovery == nullptr ? deny(reason) : deny_until(reason, view.now + std::chrono::seconds(2));
}

}  // namespace

Guardrail unrecoverable_cause_guardrail() {
  return {"unrecoverable-cause", decide};
}

}  // namespace refloat
