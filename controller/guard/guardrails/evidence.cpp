// A destructive step runs only if the evidence it rests on was read true just now.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/decision.h"
#include "model/effective_mode.h"
#include "model/finding.h"

namespace refloat {

namespace {

using Findings = std::vector<const Finding*>;

const Finding* named(const Findings& findings, const std::string& id) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding* each) { return each->id == id; });
  return found == findings.end() ? nullptr : *found;
}

// What the step rests on: the catalogue's findings, where some asked for it. A user's Playbook that wants the same step, for whatever
// reason, neither justifies nor prevents it.
std::vector<std::string> grounds_of(const GuardView& view) {
  const Findings planned = deciding(view.plan.findings, view.plan.suppressed);
  const auto of_user = [&](const std::string& id) {
    const Finding* finding = named(planned, id);
    return finding != nullptr && finding->users_playbook;
  };
  std::vector<std::string> grounds = view.step.findings;
  if (!std::all_of(grounds.begin(), grounds.end(), of_user)) std::erase_if(grounds, of_user);
  return grounds;
}

Decision decide(const GuardView& view) {
  if (!view.action.destructive) return allow();
  const Findings now = deciding(view.diagnosis.findings, view.diagnosis.suppressed);
  const Finding* last = nullptr;
  for (const std::string& id : grounds_of(view)) {
    last = named(now, id);
    if (last == nullptr) break;
  }
  if (last != nullptr) return allow("still true: " + last->summary);
  return deny_until("the evidence for this step no longer holds", view.now + std::chrono::seconds(2));
}

}  // namespace

Guardrail evidence_guardrail() {
  return {"evidence", decide};
}

}  // namespace refloat
