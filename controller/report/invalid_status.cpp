#include "report/invalid_status.h"

#include <cstdint>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "model/note.h"
#include "model/stack.h"
#include "model/status_condition.h"
#include "report/diagnosed_at.h"

namespace refloat {
namespace {

constexpr const char* invalid_spec = "InvalidSpec";

// What outlives a mistake: history, not findings.
Json history_of(const Json& previous) {
  Json kept = Json::object();
  for (const char* key : {"shadow", "attempts", "recovery", "recoveriesMade"}) {
    if (previous.is_object() && previous.contains(key)) kept[key] = previous[key];
  }
  return kept;
}

}  // namespace

std::string mistakes_text(const Diagnostics& mistakes) {
  std::vector<std::string> lines;
  for (const Diagnostic& each : mistakes.all()) {
    if (each.level == Level::error) lines.push_back(each.message + (each.hint.empty() ? "" : " (" + each.hint + ")"));
  }
  return printable(redact_patterns(lines.empty() ? "it cannot be read" : join(lines, "; ")), condition_message_bytes_max);
}

Json invalid_stack_status(const Json& previous, std::int64_t generation, const std::string& why, Time now) {
  std::vector<StatusCondition> conditions = conditions_from_json(at_path(previous, {"conditions"}));
  std::erase_if(conditions, [](const StatusCondition& each) { return each.type == "Reconciling" || each.type == "Paused"; });
  set_condition(conditions, {"Ready", ConditionStatus::no, invalid_spec, why, now, generation});
  set_condition(conditions, {"Stalled", ConditionStatus::yes, invalid_spec, why, now, generation});
  Json status = history_of(previous);
  status["state"] = "Unknown";
  status["conditions"] = conditions_json(conditions);
  if (generation > 0) status["observedGeneration"] = generation;
  set_diagnosed_at(status, previous, now);
  return status;
}

Note note_invalid(const Stack& stack, const std::string& why) {
  return {{"Stack", stack.ns, stack.name, stack.uid}, true, invalid_spec, why};
}

}  // namespace refloat
