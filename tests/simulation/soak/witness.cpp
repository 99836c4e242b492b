#include "simulation/soak/witness.h"

#include <algorithm>
#include <set>

#include "journal/crd_journal.h"
#include "journal/recoveries.h"
#include "sim/control_plane.h"

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

// Verbs on kinds that no recovery ever needs.
bool forbidden(const std::string& verb, const Resource& object) {
  const std::string& kind = object.plural;
  if (kind == "secrets" || kind == "persistentvolumeclaims" || kind == "appprojects" || kind == "namespaces") return true;
  return verb == "delete" && kind == "applications";
}

// Either names one state of one object: a resourceVersion is never given twice.
bool guarded(const Json& patch) {
  const std::string text = patch.dump();
  return text.find("\"uid\"") != std::string::npos || text.find("\"resourceVersion\"") != std::string::npos ||
         text.find("/metadata/uid") != std::string::npos || text.find("/metadata/resourceVersion") != std::string::npos;
}

// What the Stack says of each root cause, read from the object itself: the program's own idea of it is what is on trial.
std::set<std::string> modes_of(const Json& stack, const std::vector<Finding>& causes) {
  std::set<std::string> modes;
  for (const Finding& cause : causes) {
    const std::string own = text_at(stack, {"spec", "modeBySignature", cause.signature.c_str()});
    modes.insert(own.empty() ? text_at(stack, {"spec", "mode"}) : own);
  }
  if (causes.empty()) modes.insert(text_at(stack, {"spec", "mode"}));
  return modes;
}

}  // namespace

bool is_own(const Resource& object) {
  return object.group == "refloat.dev" || object.plural == "leases" || object.plural == "events" ||
         object.group == "authorization.k8s.io" || object.group == "authentication.k8s.io";
}

void Witness::violation(const std::string& property, const std::string& what) {
  const std::string text = property + ": " + what;
  if (std::find(violations_.begin(), violations_.end(), text) == violations_.end()) violations_.push_back(text);
}

std::optional<Witness::Intent> Witness::intent_for(const std::function<bool(const Effect&)>& fits) const {
  for (const Json& object : stage_.cluster().admin().all("refloat.dev", "recoveries")) {
    const auto recovery = recovery_from_object(object);
    if (!recovery) continue;
    for (const StepRun& step : recovery->steps) {
      for (const Effect& effect : step.effects) {
        if (effect.state == EffectState::intended && fits(effect)) return Intent{*recovery, step.id};
      }
    }
  }
  return std::nullopt;
}

void Witness::check_consent(const std::string& replica, const Told& told, const std::optional<Intent>& intent, const std::string& what) {
  if (!told) return violation("S7", replica + " sent " + what + " although the Stack is gone");
  if (at_path(*told, {"metadata"}).contains("deletionTimestamp"))
    violation("S7", replica + " sent " + what + " although the Stack is being deleted");
  if (!at_path(*told, {"spec", "pauseRequests"}).empty()) violation("S7", replica + " sent " + what + " although the Stack is paused");
  const auto modes = intent ? modes_of(*told, intent->recovery.plan.findings) : modes_of(*told, {});
  const bool approved = intent && is_approved(intent->recovery);
  if (modes.contains("Observe")) violation("S7", replica + " sent " + what + " in mode Observe");
  if (modes.contains("Approve") && !approved) violation("S7", replica + " sent " + what + " in mode Approve, and nobody approved it");
}

std::string Witness::before_effect(const std::string& replica, const Told& told, const std::string& display, const std::string& uid) {
  ++effects_;
  const auto intent =
      intent_for([&](const Effect& effect) { return effect.display == display && (uid.empty() || effect.object_uid == uid); });
  check_consent(replica, told, intent, display);
  if (intent) return intent->recovery.name + " " + intent->step;
  violation("S1", replica + " sent without an intent on record: " + display);
  return "";
}

std::string Witness::before_repair(const std::string& replica, const Told& told, const std::string& database, RepairKind kind) {
  const std::string what = std::string("the repair ") + to_string(kind) + " of " + database;
  ++effects_;
  const auto intent = intent_for([&](const Effect& effect) { return effect.display.starts_with("SQL " + database + ":"); });
  check_consent(replica, told, intent, what);
  if (intent) return intent->recovery.name + " " + intent->step;
  violation("S1", replica + " sent without an intent on record: " + what);
  return "";
}

void Witness::after_effect(const std::string& key, const std::string& display, const std::string& uid, bool destructive) {
  if (destructive) ++committed_[key + " " + display + " " + uid];
}

void Witness::check_write(const std::string& verb, const Resource& object, const Json& body, const std::string& uid_precondition) {
  if (forbidden(verb, object)) violation("I2", verb + " " + object.path());
  const auto& names = stage_.names();
  const bool ours = (object.ns == names.ns || object.ns == names.argo_ns) && (object.name.empty() || object.name.starts_with(names.prefix));
  if (!ours) violation("S5", verb + " " + object.path() + " is none of the Stack's");
  if (verb == "create" && at_path(body, {"metadata"}).contains("generateName")) violation("S2", "a generated name: " + object.path());
  if (verb == "delete" && uid_precondition.empty()) violation("S3", "a delete without uid: " + object.path());
  if (verb == "patch" && !guarded(body)) violation("S3", "a patch without uid or resourceVersion: " + object.path());
}

void Witness::judge_journal(const std::vector<Recovery>& versions) {
  for (std::size_t i = 1; i < versions.size(); ++i) {
    if (const std::string why = journal_fault(versions[i - 1], versions[i]); !why.empty()) violation("S6", versions[i].name + ": " + why);
  }
}

void Witness::judge_records() {
  for (const auto& [key, times] : committed_) {
    if (times > 1) violation("S2", std::to_string(times) + " times: " + key);
  }
  for (const MemoryRepair& repair : databases_.repairs()) {
    if (repair.kind != RepairKind::recreate_dropped_objects && repair.rows != 1)
      violation("S4", std::to_string(repair.rows) + " rows by " + to_string(repair.kind));
  }
  std::map<std::string, std::vector<Recovery>> journals;
  for (const sim::Change& change : stage_.cluster().api().store().history()) {
    if (change.key.plural != "recoveries" || change.type == WatchEvent::Type::deleted) continue;
    if (change.object->dump().size() > recovery_bytes_max + 4096) violation("S6", change.key.name + " is larger than a Recovery may be");
    auto recovery = recovery_from_object(change.object);
    if (!recovery) {
      violation("S6", change.key.name + " cannot be read: " + recovery.error().message);
      continue;
    }
    journals[recovery->uid].push_back(std::move(*recovery));
  }
  for (const auto& [uid, versions] : journals) judge_journal(versions);
}

}  // namespace refloat::simulation
