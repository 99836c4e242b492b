#include "reconcile/obstacles.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/time.h"
#include "journal/recoveries.h"
#include "model/attempts.h"
#include "model/decision.h"
#include "model/plan.h"
#include "model/stack.h"

namespace refloat {

Obstacles obstacles_to(const Plan& plan, const RecoveryList& recoveries, const Stack& stack, Time now) {
  Obstacles out;
  const auto add = [&](const std::string& name, const std::string& why, std::optional<Time> retry_at) {
    const std::string reason = name + ": " + why;
    out.names.insert(name);
    if (out.reasons.empty() || !retry_at) out.retry_at = retry_at;
    if (std::find(out.reasons.begin(), out.reasons.end(), reason) == out.reasons.end()) out.reasons.push_back(reason);
  };
  for (const PlanStep& step : plan.steps) {
    for (const Decision& d : step.guardrails) {
      if (!d.allowed) add(d.guardrail, d.reason, d.retry_at);
    }
  }
  const Attempts attempts = attempts_of(recoveries.recoveries, stack.limits, now);
  if (attempts.used_up) add("attempts", attempts.reason, attempts.free_at);
  if (const auto stop = stopped_by_person(recoveries.recoveries, stack.limits, now)) add("decision", stop->reason, stop->free_at);
  for (const UnreadableRecovery& other : recoveries.unreadable) add("journal", other.name + " cannot be read: " + other.why, std::nullopt);
  return out;
}

}  // namespace refloat
