#include "config/user_rules.h"

#include <cstddef>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

std::string too_long(const std::string& field, std::size_t bytes, std::size_t bytes_max, const char* unless) {
  if (bytes <= bytes_max) return {};
  return field + ": longer than " + std::to_string(bytes_max) + " bytes; " + unless;
}

std::string too_large(const Playbook& playbook, const Json& spec) {
  const std::size_t steps = at_path(spec, {"steps"}).dump(-1, ' ', false, Json::error_handler_t::replace).size();
  const Signature& signature = playbook.signature;
  for (const std::string& why :
       {too_long("spec.steps", steps, user_steps_bytes_max, "every recovery stores them: shorten their conditions"),
        too_long("spec.signature.durableFix", signature.durable_fix.size(), user_text_bytes_max, "shorten it"),
        too_long("spec.signature.affected", signature.affected.size(), user_text_bytes_max, "shorten it")}) {
    if (!why.empty()) return why;
  }
  return {};
}

// What breaks off another's work, or cannot be made undone, is decided by a person, each time: the evidence for it is the user's own.
std::string too_bold(const StepSpec& step, const Vocabulary& vocabulary) {
  const ActionSpec* action = vocabulary.action(step.action);
  const bool destructive = action != nullptr && action->destructive;
  if (step.phase != Phase::unblock && !destructive) return {};
  return "'" + step.action + "' " + (destructive ? "changes what cannot be brought back" : "breaks off what Argo CD does") +
         "; write recoverable: approval";
}

std::string wrong_step(const StepSpec& step, bool asks, const Vocabulary& vocabulary) {
  if (step.within && *step.within > user_step_max)
    return "within: longer than " + format_duration(user_step_max) + "; a run holds one of the few places until it ends";
  const std::string bold = asks ? std::string() : too_bold(step, vocabulary);
  return bold.empty() ? bold : "do: " + bold;
}

}  // namespace

std::string broken_user_rule(const Playbook& playbook, const Json& spec, const Vocabulary& vocabulary) {
  const bool asks = playbook.signature.recoverable != Recoverable::automatic;
  for (std::size_t i = 0; i < playbook.steps.size(); ++i) {
    const std::string wrong = wrong_step(playbook.steps[i], asks, vocabulary);
    if (!wrong.empty()) return "spec.steps[" + std::to_string(i) + "]." + wrong;
  }
  return too_large(playbook, spec);
}

}  // namespace refloat
