// A finalizer that is not Argo CD's own hook finalizer means that somebody else still has work to do on the object.
#include <algorithm>
#include <string>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/application.h"
#include "model/decision.h"
#include "model/job.h"
#include "model/playbook.h"
#include "model/stack.h"

namespace refloat {

namespace {

// Kubernetes' own end by themselves; Argo CD's is the one we know how to release.
bool known(const std::string& finalizer) {
  return finalizer == hook_finalizer || of_garbage_collector(finalizer) || finalizer == "batch.kubernetes.io/job-tracking";
}

bool named(const Stack& stack, const std::string& finalizer) {
  const auto& list = stack.allowed_finalizers;
  return std::find(list.begin(), list.end(), finalizer) != list.end();
}

Decision decide(const GuardView& view) {
  const Application* app = step_application(view);
  if (app == nullptr || view.step.phase == Phase::verify) return allow();
  for (const Job* job : view.snapshot.jobs_of(*app)) {
    if (!job->deletion_at) continue;
    for (const std::string& finalizer : job->finalizers) {
      if (!known(finalizer) && !named(view.stack, finalizer)) {
        return deny("Job " + job->ref.name + " is held by finalizer " + finalizer +
                    ", which is not Argo CD's: ask its owner, or add `finalizers: [" + finalizer + "]` to the list spec.allow");
      }
    }
  }
  return allow();
}

}  // namespace

Guardrail foreign_finalizer_guardrail() {
  return {"foreign-finalizer", decide};
}

}  // namespace refloat
