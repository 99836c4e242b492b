// Under which mode a plan is: the Stack's own, or what the Stack says of one of its causes. Everything that asks, asks here. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/finding.h"
#include "model/plan.h"
#include "model/stack.h"

namespace refloat {

struct EffectiveMode {
  Mode mode = Mode::observe;
  std::string signature;  // whose own mode decided; empty = the Stack's did
};

// What the Stack says of one signature: its own mode if it is named, else the Stack's.
Mode mode_of(const Stack& stack, const std::string& signature);

// Whose modes and approvals count: all root causes, and whatever a user's Playbook explains. Who may write a Playbook must not thereby take
// away the caution that a signature has by itself.
std::vector<const Finding*> deciding(const std::vector<Finding>& findings, const std::vector<Finding>& suppressed);
// The same as values: what is told of a look. What a user's Playbook explains must not thereby disappear from status, Events and metrics.
std::vector<Finding> what_decides(const StackDiagnosis& diagnosis);

// Whether nothing but users' Playbooks stands behind it.
bool rests_on_users_alone(const Plan& plan);

// The most careful of the modes of all that decide; the Stack's own when there is none.
EffectiveMode effective_mode(const Stack& stack, const Plan& plan);
EffectiveMode effective_mode(const Stack& stack, const StackDiagnosis& diagnosis);

// Whether a person would be asked about this plan if whatever is only observed were trusted: something that decides needs an approval in
// every mode, or is named with Approve.
bool would_ask(const Stack& stack, const Plan& plan);

// What of this plan needs a person's approval in every mode; null = nothing. With `step`, only what that step is for.
const Finding* wants_approval(const Plan& plan, const PlanStep* step = nullptr);

// "mode Auto", "mode Approve of <signature>".
std::string display(const EffectiveMode& effective);

}  // namespace refloat
