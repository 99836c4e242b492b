// Under which mode a plan is: the Stack's own, or what the Stack says of one of its causes. Everything that asks, asks here. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/finding.h"
#include "model/stack.h"

namespace refloat {

struct EffectiveMode {
  Mode mode = Mode::observe;
  std::string signature;  // whose own mode decided; empty = the Stack's did
};

// What the Stack says of one signature: its own mode if it is named, else the Stack's.
Mode mode_of(const Stack& stack, const std::string& signature);

// The most careful of the modes of all root causes; the Stack's own when there is none.
EffectiveMode effective_mode(const Stack& stack, const std::vector<Finding>& causes);

// Whether a person would be asked about these causes if whatever is only observed were trusted: one needs an approval in every mode, or
// is named with Approve.
bool would_ask(const Stack& stack, const std::vector<Finding>& causes);

// "mode Auto", "mode Approve of <signature>".
std::string display(const EffectiveMode& effective);

}  // namespace refloat
