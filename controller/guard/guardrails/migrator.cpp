// Data is never edited while a migration may be writing.
#include <chrono>

#include "guard/guardrails/guardrails.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (view.step.phase != Phase::repair) return allow();
  const auto found = view.snapshot.databases.find(view.step.database);
  if (found != view.snapshot.databases.end() && !found->second.migrators.empty()) {
    return deny_until("a migrator is connected to database " + view.step.database, view.now + std::chrono::seconds(2));
  }
  const Application* app = migrations_application(view);
  if (app == nullptr) return allow();
  for (const Job* job : view.snapshot.jobs_of(*app)) {
    for (const Pod* pod : view.snapshot.pods_of(*job)) {
      if (pod->phase == "Pending" || pod->phase == "Running") {
        return view.write == nullptr && app->has_operation
                   ? allow("an earlier step ends pod " + pod->ref.name)
                   : deny_until("migration pod " + pod->ref.name + " is still there", view.now + std::chrono::seconds(2));
      }
    }
  }
  return allow();
}

}  // namespace

Guardrail migrator_guardrail() {
  return {"migrator", decide};
}

}  // namespace refloat
