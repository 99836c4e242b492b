// When in doubt, report: what could not be looked at might forbid the step.
#include <chrono>
#include <string>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/cnpg_hosts.h"
#include "model/database_reading.h"
#include "model/decision.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/versions.h"

namespace refloat {

namespace {

bool touches_schema(Phase phase) {
  return phase == Phase::unblock || phase == Phase::repair || phase == Phase::migrate;
}

// What keeps a database that answers from being judged: then nobody knows whether a migration over it would destroy something.
std::string blind_spot(const StackDatabase& database, const DatabaseReading& reading) {
  if (reading.reach != Reach::ok) return {};
  if (!reading.direct) return "database " + database.name + " answers through a pooler, so it can not be judged";
  if (reading.in_recovery) return "database " + database.name + " is a standby, which may lag behind";
  const auto beyond = compare_versions(database.target, newest_provable_version(database.dialect));
  if (beyond.value_or(0) > 0 && reading.schema && reading.schema->tables > 0) {
    return "the target " + database.target + " of database " + database.name + " is beyond " + newest_provable_version(database.dialect) +
           ", the newest version whose tables this build can recognise";
  }
  return {};
}

Decision decide(const GuardView& view) {
  for (const Unexamined& gap : view.snapshot.unexamined) {
    if (is_unread_clusters(gap)) continue;  // database-switchover knows which databases that is about
    return deny_until("could not examine " + gap.what + ": " + gap.why, view.now + std::chrono::seconds(5));
  }
  for (const StackDatabase& database : view.stack.databases) {
    const auto found = view.snapshot.databases.find(database.name);
    const bool looked = found != view.snapshot.databases.end() && found->second.reach != Reach::unexamined;
    if (!looked) return deny("database " + database.name + " was not examined");
    const std::string blind = touches_schema(view.step.phase) ? blind_spot(database, found->second) : std::string();
    if (!blind.empty()) return deny(blind);
  }
  return allow();
}

}  // namespace

Guardrail examined_guardrail() {
  return {"examined", decide};
}

}  // namespace refloat
