#include "model/effective_mode.h"

#include <algorithm>
#include <string>
#include <vector>

#include "model/finding.h"
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

}  // namespace

Mode mode_of(const Stack& stack, const std::string& signature) {
  const auto own = stack.mode_by_signature.find(signature);
  return own == stack.mode_by_signature.end() ? stack.mode : own->second;
}

EffectiveMode effective_mode(const Stack& stack, const std::vector<Finding>& causes) {
  const auto most_careful = std::min_element(causes.begin(), causes.end(), [&](const Finding& a, const Finding& b) {
    return boldness(mode_of(stack, a.signature)) < boldness(mode_of(stack, b.signature));
  });
  if (most_careful == causes.end()) return {stack.mode, {}};
  const Mode mode = mode_of(stack, most_careful->signature);
  return {mode, mode == stack.mode ? std::string() : most_careful->signature};
}

bool would_ask(const Stack& stack, const std::vector<Finding>& causes) {
  return std::any_of(causes.begin(), causes.end(), [&](const Finding& cause) {
    const auto own = stack.mode_by_signature.find(cause.signature);
    const bool named = own != stack.mode_by_signature.end() && own->second == Mode::approve;
    return named || cause.recoverable != Recoverable::automatic;
  });
}

std::string display(const EffectiveMode& effective) {
  return std::string("mode ") + to_string(effective.mode) + (effective.signature.empty() ? "" : " of " + effective.signature);
}

}  // namespace refloat
