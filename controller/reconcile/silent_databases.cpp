#include "reconcile/silent_databases.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "model/database_reading.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "reconcile/look.h"
#include "report/stack_status.h"

namespace refloat {

namespace {

constexpr const char* silent_why = "a database has not answered for a moment";

// When the first of them has been silent for long enough; nothing = none is silent, or all have been for long.
std::optional<Time> settled_at(const Look& seen, std::map<std::string, Time>& since, Duration silence_max, Time now) {
  std::optional<Time> settled;
  for (const auto& [name, reading] : seen.snapshot.databases) {
    if (reading.reach != Reach::unreachable && reading.reach != Reach::not_accepting) {
      since.erase(name);
      continue;
    }
    const Time at = since.try_emplace(name, reading.at).first->second + silence_max;
    if (at > now) settled = std::min(settled.value_or(at), at);
  }
  return settled;
}

}  // namespace

void wait_for_the_silent(Look& seen, std::map<std::string, Time>& since, Duration silence_max, const Json& status, Time now) {
  const std::optional<Time> settled = settled_at(seen, since, silence_max, now);
  if (!settled) return;
  StackDiagnosis& diagnosis = seen.diagnosis;
  for (const Finding& finding : what_decides(diagnosis))
    diagnosis.pending.push_back({finding.signature, finding.subject, silent_why, *settled});
  diagnosis.findings.clear();
  diagnosis.suppressed.clear();
  for (const auto& [signature, subject] : told_findings(status)) diagnosis.pending.push_back({signature, subject, silent_why, *settled});
}

}  // namespace refloat
