#include "model/effective_mode.h"

#include <algorithm>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/plan.h"
#include "model/stack.h"

namespace refloat {
namespace {

// How much a mode lets happen without a person.
int boldness(Mode mode) {
  switch (mode) {
    case Mode::observe: return 0;
    case Mode::approve: return 1;
    case Mode::automatic: return 2;
  }
  return 0;
}

EffectiveMode most_careful(const Stack& stack, const std::vector<const Finding*>& findings) {
  const auto found = std::min_element(findings.begin(), findings.end(), [&](const Finding* a, const Finding* b) {
    return boldness(mode_of(stack, a->signature)) < boldness(mode_of(stack, b->signature));
  });
  if (found == findings.end()) return {stack.mode, {}};
  const Mode mode = mode_of(stack, (*found)->signature);
  return {mode, mode == stack.mode ? std::string() : (*found)->signature};
}

// Whether the step is for this finding, or for what explains it.
bool is_for(const PlanStep& step, const Finding& finding) {
  const auto named = [&](const std::string& id) {
    return std::find(step.findings.begin(), step.findings.end(), id) != step.findings.end();
  };
  return named(finding.id) || (!finding.caused_by.empty() && named(finding.caused_by));
}

}  // namespace

Mode mode_of(const Stack& stack, const std::string& signature) {
  const auto own = stack.mode_by_signature.find(signature);
  return own == stack.mode_by_signature.end() ? stack.mode : own->second;
}

std::vector<const Finding*> deciding(const std::vector<Finding>& findings, const std::vector<Finding>& suppressed) {
  std::vector<const Finding*> out;
  for (const Finding& finding : findings) out.push_back(&finding);
  for (const Finding& effect : suppressed) {
    const bool by_user = std::any_of(findings.begin(), findings.end(),
                                     [&](const Finding& cause) { return cause.users_playbook && cause.id == effect.caused_by; });
    if (by_user) out.push_back(&effect);
  }
  return out;
}

std::vector<Finding> what_decides(const StackDiagnosis& diagnosis) {
  std::vector<Finding> out;
  for (const Finding* finding : deciding(diagnosis.findings, diagnosis.suppressed)) out.push_back(*finding);
  return out;
}

bool rests_on_users_alone(const Plan& plan) {
  const auto all = deciding(plan.findings, plan.suppressed);
  return std::all_of(all.begin(), all.end(), [](const Finding* finding) { return finding->users_playbook; });
}

EffectiveMode effective_mode(const Stack& stack, const Plan& plan) {
  return most_careful(stack, deciding(plan.findings, plan.suppressed));
}

EffectiveMode effective_mode(const Stack& stack, const StackDiagnosis& diagnosis) {
  return most_careful(stack, deciding(diagnosis.findings, diagnosis.suppressed));
}

bool would_ask(const Stack& stack, const Plan& plan) {
  const auto findings = deciding(plan.findings, plan.suppressed);
  return std::any_of(findings.begin(), findings.end(), [&](const Finding* finding) {
    const auto own = stack.mode_by_signature.find(finding->signature);
    const bool named = own != stack.mode_by_signature.end() && own->second == Mode::approve;
    return named || finding->recoverable != Recoverable::automatic;
  });
}

const Finding* wants_approval(const Plan& plan, const PlanStep* step) {
  for (const Finding* finding : deciding(plan.findings, plan.suppressed)) {
    if (finding->recoverable == Recoverable::automatic) continue;
    if (step == nullptr || is_for(*step, *finding)) return finding;
  }
  return nullptr;
}

std::string display(const EffectiveMode& effective) {
  return std::string("mode ") + to_string(effective.mode) + (effective.signature.empty() ? "" : " of " + effective.signature);
}

}  // namespace refloat
