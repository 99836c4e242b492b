// A repair goes to the primary itself, never through a pooler: session state and locks would be somebody else's.
#include <chrono>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/database_reading.h"
#include "model/decision.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (view.step.database.empty()) return allow();
  const auto found = view.snapshot.databases.find(view.step.database);
  if (found == view.snapshot.databases.end() || found->second.reach != Reach::ok) {
    return deny_until("database " + view.step.database + " can not be read", view.now + std::chrono::seconds(2));
  }
  if (!found->second.direct) return deny("database " + view.step.database + " is reached through a pooler");
  if (found->second.in_recovery) return deny("database " + view.step.database + " is a standby");
  return allow();
}

}  // namespace

Guardrail database_direct_guardrail() {
  return {"database-direct", decide};
}

}  // namespace refloat
