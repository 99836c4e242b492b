// While CloudNativePG changes a database's primary, nothing of ours reaches that database: what is written now may go down with the old
// primary, and what is started now would find nobody.
#include <chrono>
#include <string>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/cnpg.h"
#include "model/cnpg_hosts.h"
#include "model/decision.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

namespace {

// A repair is of one database; what a sync or a restarted pod does there, only it knows.
bool concerns(const GuardView& view, const StackDatabase& database) {
  return view.step.database.empty() || view.step.database == database.name;
}

// One that is not there is no Cluster; of one that could not be read nobody knows.
std::string why_unread(const Snapshot& snapshot, const PostgresClusterName& name) {
  for (const Unexamined& gap : snapshot.unexamined) {
    if (gap.what == unread_clusters(name.ns)) return "CloudNativePG Cluster " + name.name + " could not be read: " + gap.why;
  }
  return {};
}

// Only by the host that the database was reached by, wherever its name came from: a Secret or a DSN may name it, and the Stack does not.
std::string why_not(const GuardView& view, const StackDatabase& database) {
  const auto reading = view.snapshot.databases.find(database.name);
  if (reading == view.snapshot.databases.end() || reading->second.address.empty())
    return "its host is not known, so neither is whether its primary is being changed";
  for (const PostgresClusterName& name : clusters_to_ask(reading->second, view.stack, view.snapshot)) {
    const PostgresCluster* cluster = view.snapshot.postgres_cluster(name);
    std::string why = cluster == nullptr ? why_unread(view.snapshot, name) : switchover_of(*cluster);
    if (!why.empty()) return why;
  }
  return {};
}

Decision decide(const GuardView& view) {
  if (view.step.phase == Phase::unblock || view.step.phase == Phase::verify) return allow();
  for (const StackDatabase& database : view.stack.databases) {
    const std::string why = concerns(view, database) ? why_not(view, database) : std::string();
    if (!why.empty()) return deny_until("database " + database.name + ": " + why, view.now + std::chrono::seconds(5));
  }
  return allow();
}

}  // namespace

Guardrail database_switchover_guardrail() {
  return {"database-switchover", decide};
}

}  // namespace refloat
