#include "report/shadow.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/decision.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {
namespace {

constexpr std::size_t entries_max = 10;
constexpr std::size_t steps_max = 20;
constexpr std::size_t step_bytes_max = 200;
constexpr Duration seen_again_after = std::chrono::minutes(10);

// What stays the same while evidence and versions move on: which steps against which causes.
Json steps_of(const Plan& plan) {
  Json steps = Json::array();
  for (const PlanStep& step : plan.steps) {
    if (steps.size() == steps_max) break;
    const std::string target = step.application.empty() ? step.database : step.application;
    steps.push_back(printable(step.id + " " + step.action + (target.empty() ? "" : " " + target), step_bytes_max));
  }
  return steps;
}

// A denial that is about more than the mode, which this record leaves aside.
std::string denial_of(const Plan& plan) {
  for (const PlanStep& step : plan.steps) {
    for (const Decision& decision : step.guardrails) {
      if (!decision.allowed && decision.guardrail != "mode") return decision.guardrail + ": " + decision.reason;
    }
  }
  return {};
}

std::string would(const Stack& stack, const Plan& plan) {
  if (!denial_of(plan).empty()) return "Refuse";
  return would_ask(stack, plan) ? "Ask" : "Run";
}

Json entry_of(const Stack& stack, const Plan& plan, Time now) {
  Json entry{{"cause", causes_of(plan.findings)}, {"planDigest", plan.digest},     {"would", would(stack, plan)}, {"steps", steps_of(plan)},
             {"writes", writes_of(plan)},         {"firstSeen", format_time(now)}, {"lastSeen", format_time(now)}};
  const std::string why = denial_of(plan);
  if (!why.empty()) entry["why"] = printable(why, step_bytes_max);
  return entry;
}

bool is_open(const Json& entry) {
  return !entry.contains("endedAt");
}

bool same_plan(const Json& entry, const Stack& stack, const Plan& plan) {
  return text_at(entry, {"cause"}) == causes_of(plan.findings) && at_path(entry, {"steps"}) == steps_of(plan) &&
         text_at(entry, {"would"}) == would(stack, plan);
}

void see_again(Json& entry, Time now) {
  const Time last = parse_time(text_at(entry, {"lastSeen"})).value_or(Time{});
  if (now - last >= seen_again_after) entry["lastSeen"] = format_time(now);
}

}  // namespace

Json shadow_record(const Json& previous, const Stack& stack, const Plan* plan, const std::vector<Finding>& causes, Time now) {
  Json record = previous.is_array() ? previous : Json::array();
  const bool planned = plan != nullptr && !plan->steps.empty();
  bool known = false;
  for (Json& entry : record) {
    if (!is_open(entry)) continue;
    const bool goes_on = planned ? same_plan(entry, stack, *plan) : plan == nullptr && text_at(entry, {"cause"}) == causes_of(causes);
    if (goes_on)
      see_again(entry, now);
    else
      entry["endedAt"] = format_time(now);
    known = known || goes_on;
  }
  if (planned && !known) record.push_back(entry_of(stack, *plan, now));
  while (record.size() > entries_max) record.erase(0);
  return record;
}

}  // namespace refloat
