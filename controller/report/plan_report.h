// A plan as text, as short lines, and as JSON; and how a saved plan differs from a fresh one. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/finding.h"
#include "model/plan.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {

// What the API server or database said to one write that was only rehearsed.
struct RehearsedWrite {
  std::string step;
  std::string write;
  bool accepted = false;
  std::string answer;
};

// One Stack's plan with what it was made from.
struct PlanView {
  StackDiagnosis diagnosis;
  Plan plan;
  std::optional<std::vector<RehearsedWrite>> rehearsal;  // nothing = not asked for
};

// In the given format; the last line of text and short is the verdict.
std::string render(const std::vector<PlanView>& plans, Format format, const TextStyle& style);

// kind Plan; several Stacks become a List.
Json plan_json(const PlanView& view);

// "5 steps, 4 writes" or "refused: mode: Observe allows no effect" or "nothing proven yet: 1 pending, look again at 11:31:00" or "nothing
// to do".
std::string verdict_line(const PlanView& view);

// The guardrails that deny, each once, as "name: reason".
std::vector<std::string> denials(const Plan& plan);

// Where a saved plan's steps differ from a fresh plan; empty = the same steps and the same digest. Reads the file's text, never runs it.
std::vector<std::string> plan_differences(const Json& saved, const Plan& fresh);

}  // namespace refloat
