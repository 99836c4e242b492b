// A sync or termination in a closed window hangs until it opens; and the window is somebody's wish.
#include "argo/client/sync_window.h"

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/application.h"
#include "model/decision.h"
#include "model/playbook.h"
#include "model/project.h"

namespace refloat {

namespace {

Decision decide(const GuardView& view) {
  if (view.step.application.empty() || view.step.phase == Phase::verify) return allow();
  const Application* app = step_application(view);
  if (app == nullptr) return allow();
  const AppProject* project = view.snapshot.project_of(*app);
  if (project == nullptr) return deny("AppProject " + app->project + " could not be read, so its sync windows are unknown");
  const WindowVerdict verdict = sync_allowed(*project, *app, true, view.now);
  if (verdict.open) return allow(verdict.reason);
  return deny("sync window of project " + project->name + ": " + verdict.reason);
}

}  // namespace

Guardrail sync_window_guardrail() {
  return {"sync-window", decide};
}

}  // namespace refloat
