// Data is never edited while a migration may be writing.
#include <chrono>

#include "base/time.h"
#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/application.h"
#include "model/decision.h"
#include "model/job.h"
#include "model/playbook.h"
#include "model/pod.h"

namespace refloat {

namespace {

// A pod that may be migrating: of the migrations Application's Jobs, or of any hook of the Stack's other Applications.
const Pod* migration_pod(const GuardView& view, const Application& app, bool migrations) {
  for (const Job* job : view.snapshot.jobs_of(app)) {
    if (!migrations && !job->hook) continue;
    for (const Pod* pod : view.snapshot.pods_of(*job)) {
      if (pod->phase == "Pending" || pod->phase == "Running") return pod;
    }
  }
  return nullptr;
}

Decision decide(const GuardView& view) {
  if (view.step.phase != Phase::repair) return allow();
  const Time soon = view.now + std::chrono::seconds(2);
  const auto found = view.snapshot.databases.find(view.step.database);
  if (found != view.snapshot.databases.end() && !found->second.migrators.empty()) {
    return deny_until("a migrator is connected to database " + view.step.database, soon);
  }
  if (migrations_application(view) == nullptr) return deny("the Stack has no migrations Application, so nobody knows what else migrates");
  if (const auto orphans = view.snapshot.orphaned_job_pods(); !orphans.empty())
    return deny_until("pod " + orphans.front()->ref.name + " of a Job that is gone may be migrating", soon);
  for (const auto& [role, name] : view.stack.applications) {
    const Application* app = view.snapshot.application(view.stack.ns, name);
    if (app == nullptr) return deny("Application " + name + " was not found");
    const Pod* pod = migration_pod(view, *app, role == "migrations");
    if (pod == nullptr) continue;
    if (view.write == nullptr && app->has_operation) return allow("an earlier step ends pod " + pod->ref.name);
    return deny_until("migration pod " + pod->ref.name + " is still there", soon);
  }
  return allow();
}

}  // namespace

Guardrail migrator_guardrail() {
  return {"migrator", decide};
}

}  // namespace refloat
