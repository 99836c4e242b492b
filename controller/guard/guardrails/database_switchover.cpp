// While CloudNativePG changes a database's primary, or repairs it, nothing of ours reaches that database: what is written now may go down
// with the old primary, and what is started now would find nobody.
#include <chrono>
#include <string>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/cnpg.h"
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

Decision decide(const GuardView& view) {
  if (view.step.phase == Phase::unblock || view.step.phase == Phase::verify) return allow();
  for (const StackDatabase& database : view.stack.databases) {
    if (!concerns(view, database)) continue;
    const auto name = cnpg_cluster_of(database, view.stack.workload_namespace);
    const PostgresCluster* cluster = name ? view.snapshot.postgres_cluster(*name) : nullptr;
    const std::string why = cluster == nullptr ? std::string() : switchover_of(*cluster);
    if (!why.empty()) return deny_until("database " + database.name + ": " + why, view.now + std::chrono::seconds(5));
  }
  return allow();
}

}  // namespace

Guardrail database_switchover_guardrail() {
  return {"database-switchover", decide};
}

}  // namespace refloat
