// When in doubt, report: what could not be looked at might forbid the step.
#include <chrono>

#include "guard/guardrails/guardrails.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (!view.snapshot.unexamined.empty()) {
    const Unexamined& first = view.snapshot.unexamined.front();
    return deny_until("could not examine " + first.what + ": " + first.why, view.now + std::chrono::seconds(5));
  }
  for (const StackDatabase& database : view.stack.databases) {
    const auto found = view.snapshot.databases.find(database.name);
    const bool looked = found != view.snapshot.databases.end() && found->second.reach != Reach::unexamined;
    if (!looked) return deny("database " + database.name + " was not examined");
  }
  return allow();
}

}  // namespace

Guardrail examined_guardrail() {
  return {"examined", decide};
}

}  // namespace refloat
