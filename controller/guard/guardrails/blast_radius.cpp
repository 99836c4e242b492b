// A write touches only what the Stack names, and only so many objects.
#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <variant>

#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/application.h"
#include "model/decision.h"
#include "model/job.h"
#include "model/object_ref.h"
#include "model/recovery.h"
#include "model/workload.h"
#include "model/write.h"

namespace refloat {

namespace {

bool tracked_by_stack(const GuardView& view, const ObjectRef& object) {
  return std::any_of(view.stack.applications.begin(), view.stack.applications.end(), [&](const auto& entry) {
    const Application* app = view.snapshot.application(view.stack.ns, entry.second);
    if (app == nullptr) return false;
    const auto jobs = view.snapshot.jobs_of(*app);
    return std::any_of(jobs.begin(), jobs.end(), [&](const Job* job) { return job->ref == object; });
  });
}

bool inside(const GuardView& view, const KubeWrite& write) {
  const ObjectRef& object = write.object;
  if (object.kind == "Application") return object.ns == view.stack.ns && !view.stack.role_of(object.name).empty();
  if (object.kind == "Job") return tracked_by_stack(view, object);
  const auto& workloads = view.snapshot.workloads;
  return std::any_of(workloads.begin(), workloads.end(), [&](const Workload& w) { return w.ref == object; });
}

// Objects that this recovery has written to, and the one it is about to: what matches now may be more than what the plan saw.
int touched(const GuardView& view) {
  std::set<std::string> uids;
  if (const auto* write = view.write == nullptr ? nullptr : std::get_if<KubeWrite>(view.write)) uids.insert(write->object.uid);
  if (view.recovery == nullptr) return static_cast<int>(uids.size());
  for (const StepRun& run : view.recovery->steps) {
    for (const Effect& effect : run.effects) {
      if (!effect.object_uid.empty()) uids.insert(effect.object_uid);
    }
  }
  return static_cast<int>(uids.size());
}

Decision decide(const GuardView& view) {
  if (view.step.writes.size() > static_cast<std::size_t>(view.stack.limits.objects_max)) {
    return deny("the step would write to " + std::to_string(view.step.writes.size()) + " objects, more than objectsMax");
  }
  if (touched(view) > view.stack.limits.objects_max) return deny("the recovery would write to more than objectsMax objects");
  const auto* write = view.write == nullptr ? nullptr : std::get_if<KubeWrite>(view.write);
  if (write == nullptr || inside(view, *write)) return allow();
  return deny(write->object.display() + " in " + write->object.ns + " does not belong to the Stack");
}

}  // namespace

Guardrail blast_radius_guardrail() {
  return {"blast-radius", decide};
}

}  // namespace refloat
