// Ends the operation of an Application that can not finish by itself. Which operation may be ended is decided by the
// guardrails on fresh evidence; this only knows how, and when it has happened.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "argo/client/operations.h"
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/moves.h"
#include "model/application.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/recovery.h"
#include "model/write.h"

namespace refloat {

namespace {

// An ApplicationSet with RollingSync begins another the moment one ends, for as long as the Application is OutOfSync (Argo CD 3.2). The one
// that was to be ended has ended by then; while another waits for its next try, it stands in nobody's way who repairs something.
bool another_waits(const StepView& view, const Application& app, const KubeWrite& write) {
  const auto& steps = view.recovery.plan.steps;
  const bool repairs = std::any_of(steps.begin(), steps.end(), [](const PlanStep& step) { return step.phase == Phase::repair; });
  return repairs && retry_due(app) && std::any_of(view.run.effects.begin(), view.run.effects.end(), [&](const Effect& effect) {
           return effect.may_have_happened() && effect.describe != write.describe;
         });
}

Move next(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr) return fail("Application " + view.step.application + " is gone");
  if (operation_in_limbo(*app)) return done("no .operation is left to end; the sync step replaces the abandoned state");
  if (!app->has_operation) return done("no operation runs");
  if (!app->operation || app->operation->completed()) return wait("an operation is requested but Argo CD has not begun it");
  if (app->operation->phase == "Terminating") return wait("Argo CD is ending the operation");
  KubeWrite write = terminate_operation(*app);
  if (another_waits(view, *app, write)) return done("it has ended; another was begun since, and waits for its next try");
  return act(std::move(write), true);
}

std::vector<Write> preview(const StepView& view) {
  const Application* app = target_application(view);
  if (app == nullptr || !app->has_operation) return {};
  return {terminate_operation(*app)};
}

std::string describe_step(const StepView& view) {
  return "end the operation of " + view.step.application;
}

}  // namespace

Action end_operation_action() {
  return {{"argo.endOperation",
           "Ends the running operation of an Application (phase Terminating while .operation stays) and waits until Argo CD has ended it.",
           {Phase::unblock},
           {},
           std::nullopt,
           false},
          next,
          preview,
          describe_step};
}

}  // namespace refloat
