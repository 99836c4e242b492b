#include "detect/hooks.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/application.h"
#include "model/job.h"
#include "model/place.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

namespace {

// Argo CD releases the finalizer of an ended hook itself as long as an operation runs; after that, nobody does.
bool argo_will_release(const Job& job, const Application& app) {
  return operation_runs(app) && (job.complete || job.failed_finally);
}

bool held(const Job& job) {
  return std::any_of(job.finalizers.begin(), job.finalizers.end(), [](const std::string& f) { return !of_garbage_collector(f); });
}

bool held_by_finalizers(const Job& job, const Application& app, const Snapshot& snapshot) {
  return job.deletion_at && held(job) && unseen(app, snapshot, "pods").empty() && snapshot.live_pod_of(job) == nullptr &&
         !argo_will_release(job, app);
}

HookView terminating(const Job& job, const Limits& limits) {
  HookView view{HookState::terminating, job.ref.name, &job, job.deletion_at, *job.deletion_at + limits.hook_terminating_after};
  for (const std::string& finalizer : job.finalizers) {
    if (finalizer == hook_finalizer) {
      view.argo_finalizer = true;
    } else if (!of_garbage_collector(finalizer)) {
      view.foreign.push_back(finalizer);
    }
  }
  return view;
}

// A pod that we may not list may be running: nothing is concluded from not seeing it.
HookView view_of(const Job& job, const Application& app, const Snapshot& snapshot, const Limits& limits) {
  if (held_by_finalizers(job, app, snapshot)) return terminating(job, limits);
  if (job.failed_finally) return {HookState::failed, job.ref.name, &job, job.finished_at};
  if (job.complete) return {HookState::complete, job.ref.name, &job, job.finished_at};
  return {HookState::active, job.ref.name, &job, job.started_at};
}

bool awaited_hook_job(const SyncedResource& row) {
  return row.kind == "Job" && !row.hook_type.empty() && row.hook_phase == "Running";
}

// Without a known moment of the last change it was seen just now.
HookView vanished(const Application& app, const SyncedResource& row, const Limits& limits, Time now) {
  return {HookState::vanished, row.name, nullptr, app.unchanged_since, app.unchanged_since.value_or(now) + limits.settle};
}

}  // namespace

std::string unseen(const Application& app, const Snapshot& snapshot, const std::string& plural) {
  for (const Unexamined& gap : snapshot.unexamined) {
    const bool kind = gap.what.starts_with(plural + " ") &&
                      (gap.what.ends_with(" " + app.destination_namespace) || gap.what.ends_with(where(namespace_in(app.cluster, ""))));
    if (kind || gap.what.ends_with("objects of Application " + app.ref.ns + "/" + app.ref.name)) return gap.what + ": " + gap.why;
  }
  return {};
}

std::vector<HookView> hooks_of(const Application& app, const Snapshot& snapshot, const Limits& limits, Time now) {
  std::vector<HookView> out;
  for (const Job* job : snapshot.jobs_of(app)) {
    if (job->hook) out.push_back(view_of(*job, app, snapshot, limits));
  }
  if (!unseen(app, snapshot, "jobs.batch").empty()) return out;
  if (!operation_runs(app) || !app.operation || app.operation->phase != "Running") return out;
  for (const SyncedResource& row : app.operation->resources) {
    if (awaited_hook_job(row) && snapshot.job(row.ns, row.name) == nullptr) out.push_back(vanished(app, row, limits, now));
  }
  return out;
}

}  // namespace refloat
