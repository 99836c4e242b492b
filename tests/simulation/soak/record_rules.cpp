#include "simulation/soak/record_rules.h"

#include <algorithm>
#include <set>

#include "argo/client/operations.h"

namespace refloat::simulation {

namespace {

bool step_may_become(StepState from, StepState to) {
  if (from == to) return true;
  return from == StepState::waiting || (from == StepState::running && to != StepState::waiting);
}

bool effect_may_become(EffectState from, EffectState to) {
  return from == to || from == EffectState::intended;
}

// An intent that is known not to have happened may be replaced by its repetition.
bool same_effect(const Effect& before, const Effect& after) {
  return before.intended_at == after.intended_at && before.display == after.display;
}

bool is_over(const StepRun& step) {
  return step.state == StepState::done || step.state == StepState::skipped;
}

bool has_effect(const Recovery& recovery) {
  return std::any_of(recovery.steps.begin(), recovery.steps.end(), [](const StepRun& step) { return !step.effects.empty(); });
}

std::set<std::string> applications_of(const Recovery& recovery) {
  std::set<std::string> names;
  for (const PlanStep& step : recovery.plan.steps) {
    if (!step.application.empty()) names.insert(step.application);
  }
  return names;
}

}  // namespace

std::string journal_fault(const Recovery& before, const Recovery& after) {
  if (before.verdict != Verdict::running && after.verdict != before.verdict) return "a verdict changed";
  if (before.plan.digest != after.plan.digest) return "the plan changed";
  if (before.steps.size() != after.steps.size()) return "steps came or went";
  for (std::size_t i = 0; i < before.steps.size(); ++i) {
    const StepRun& old = before.steps[i];
    const StepRun& now = after.steps[i];
    if (!step_may_become(old.state, now.state))
      return "step " + old.id + " went from " + to_string(old.state) + " to " + to_string(now.state);
    for (std::size_t e = 0; e < old.effects.size(); ++e) {
      const bool forgettable = old.effects[e].state == EffectState::stale && e + 1 == old.effects.size();
      const bool there = e < now.effects.size() && same_effect(old.effects[e], now.effects[e]);
      if (!there && !forgettable) return "an effect of step " + old.id + " is gone: " + old.effects[e].display;
      if (there && !effect_may_become(old.effects[e].state, now.effects[e].state))
        return "effect " + old.effects[e].display + " went from " + to_string(old.effects[e].state) + " to " +
               to_string(now.effects[e].state);
    }
  }
  return "";
}

std::string order_fault(const Recovery& recovery) {
  const auto& planned = recovery.plan.steps;
  for (std::size_t i = 1; i < planned.size(); ++i) {
    if (planned[i].phase < planned[i - 1].phase) return planned[i].id + " stands after " + planned[i - 1].id;
  }
  const auto open = std::find_if_not(recovery.steps.begin(), recovery.steps.end(), is_over);
  if (open == recovery.steps.end()) return "";
  const auto early = std::find_if(open + 1, recovery.steps.end(), [](const StepRun& step) { return !step.effects.empty(); });
  return early == recovery.steps.end() ? "" : early->id + " has effects while " + open->id + " is not over";
}

std::string overlap(const std::vector<Recovery>& open) {
  std::set<std::string> taken;
  for (const Recovery& recovery : open) {
    for (const std::string& name : applications_of(recovery)) {
      if (!taken.insert(recovery.ns + "/" + name).second) return recovery.name + " acts on " + name + " beside another";
    }
  }
  return "";
}

std::string excess(const std::vector<Recovery>& recoveries, const Limits& limits) {
  int acted = 0;
  for (const Recovery& recovery : recoveries) {
    acted += has_effect(recovery) ? 1 : 0;
    for (const StepRun& step : recovery.steps) {
      if (step.attempts > limits.attempts_per_step)
        return recovery.name + " tried " + step.id + " " + std::to_string(step.attempts) + " times";
    }
  }
  return acted > limits.recoveries_max ? std::to_string(acted) + " Recoveries acted" : "";
}

std::string secret_within(const Json& object, const std::vector<std::string>& secrets) {
  if (object.is_string()) {
    const auto& text = object.get_ref<const std::string&>();
    const bool held =
        std::any_of(secrets.begin(), secrets.end(), [&text](const std::string& secret) { return text.find(secret) != std::string::npos; });
    return held ? "the value" : "";
  }
  if (!object.is_structured()) return "";
  for (const auto& [key, value] : object.items()) {
    if (const std::string where = secret_within(value, secrets); !where.empty()) return key + " > " + where;
  }
  return "";
}

std::string foreign_finalizers_gone(const Json& before, const Json& after) {
  const Json& kept = at_path(after, {"metadata", "finalizers"});
  std::string gone;
  for (const Json& finalizer : at_path(before, {"metadata", "finalizers"})) {
    if (finalizer == hook_finalizer || std::find(kept.begin(), kept.end(), finalizer) != kept.end()) continue;
    gone += (gone.empty() ? "" : ", ") + finalizer.get<std::string>();
  }
  return gone;
}

}  // namespace refloat::simulation
