// Names of the model's enumerators, as reports, YAML and the journal write them.
#include <algorithm>
#include <string>
#include <vector>

#include "model/decision.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/recovery.h"
#include "model/vocabulary.h"

namespace refloat {

const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::critical: return "critical";
    case Severity::warning: return "warning";
    case Severity::info: return "info";
  }
  return "?";
}

const char* to_string(Recoverable recoverable) {
  switch (recoverable) {
    case Recoverable::automatic: return "auto";
    case Recoverable::approval: return "approval";
    case Recoverable::no: return "no";
  }
  return "?";
}

const char* to_string(Scope scope) {
  switch (scope) {
    case Scope::stack: return "stack";
    case Scope::application: return "application";
    case Scope::database: return "database";
  }
  return "?";
}

const char* to_string(Phase phase) {
  switch (phase) {
    case Phase::unblock: return "unblock";
    case Phase::repair: return "repair";
    case Phase::migrate: return "migrate";
    case Phase::restart: return "restart";
    case Phase::bootstrap: return "bootstrap";
    case Phase::verify: return "verify";
  }
  return "?";
}

const char* to_string(StepState state) {
  switch (state) {
    case StepState::waiting: return "waiting";
    case StepState::running: return "running";
    case StepState::done: return "done";
    case StepState::skipped: return "skipped";
    case StepState::failed: return "failed";
  }
  return "?";
}

const char* to_string(EffectState state) {
  switch (state) {
    case EffectState::intended: return "intended";
    case EffectState::applied: return "applied";
    case EffectState::stale: return "stale";
    case EffectState::rejected: return "rejected";
    case EffectState::ambiguous: return "ambiguous";
  }
  return "?";
}

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::running: return "Running";
    case Verdict::recovered: return "Recovered";
    case Verdict::failed: return "Failed";
    case Verdict::aborted: return "Aborted";
    case Verdict::refused: return "Refused";
  }
  return "?";
}

const FactSpec* Vocabulary::fact(const std::string& name) const {
  const auto found = std::find_if(facts.begin(), facts.end(), [&](const FactSpec& f) { return f.name == name; });
  return found == facts.end() ? nullptr : &*found;
}

const ActionSpec* Vocabulary::action(const std::string& name) const {
  const auto found = std::find_if(actions.begin(), actions.end(), [&](const ActionSpec& a) { return a.name == name; });
  return found == actions.end() ? nullptr : &*found;
}

bool all_allow(const std::vector<Decision>& decisions) {
  return std::all_of(decisions.begin(), decisions.end(), [](const Decision& d) { return d.allowed; });
}

}  // namespace refloat
