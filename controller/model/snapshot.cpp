#include "model/snapshot.h"

#include <algorithm>
#include <string>
#include <vector>

#include "model/application.h"
#include "model/job.h"
#include "model/pod.h"
#include "model/project.h"

namespace refloat {

namespace {

// The label alone proves nothing: then the Application itself must name the Job. Hooks are not listed there, but marked as such.
bool is_job_of(const Job& job, const Application& app) {
  if (!tracks(job.tracking_app, app)) return false;
  if (!job.tracked_by_label || job.hook) return true;
  return std::any_of(app.resources.begin(), app.resources.end(), [&](const OwnedResource& row) {
    return row.kind == "Job" && row.name == job.ref.name && (row.ns.empty() ? app.destination_namespace : row.ns) == job.ref.ns;
  });
}

}  // namespace

const Application* Snapshot::application(const std::string& ns, const std::string& name) const {
  const auto found = std::find_if(applications.begin(), applications.end(),
                                  [&](const Application& a) { return a.ref.name == name && (ns.empty() || a.ref.ns == ns); });
  return found == applications.end() ? nullptr : &*found;
}

const AppProject* Snapshot::project(const std::string& name) const {
  const auto found = std::find_if(projects.begin(), projects.end(), [&](const AppProject& p) { return p.name == name; });
  return found == projects.end() ? nullptr : &*found;
}

std::vector<const Job*> Snapshot::jobs_of(const Application& app) const {
  std::vector<const Job*> out;
  for (const Job& j : jobs) {
    if (is_job_of(j, app)) out.push_back(&j);
  }
  return out;
}

std::vector<const Pod*> Snapshot::pods_of(const Job& job) const {
  std::vector<const Pod*> out;
  for (const Pod& pod : pods) {
    if (pod.owner_kind == "Job" && pod.owner_uid == job.ref.uid) out.push_back(&pod);
  }
  return out;
}

const Pod* Snapshot::live_pod_of(const Job& job) const {
  const std::vector<const Pod*> all = pods_of(job);
  const auto found = std::find_if(all.begin(), all.end(), [](const Pod* pod) { return pod->may_still_end(); });
  return found == all.end() ? nullptr : *found;
}

std::vector<const Pod*> Snapshot::orphaned_job_pods() const {
  std::vector<const Pod*> out;
  for (const Pod& pod : pods) {
    const bool known = std::any_of(jobs.begin(), jobs.end(), [&](const Job& job) { return job.ref.uid == pod.owner_uid; });
    if (pod.owner_kind == "Job" && !known && pod.may_still_end()) out.push_back(&pod);
  }
  return out;
}

bool Snapshot::is_destination(const std::string& ns) const {
  return !ns.empty() && std::any_of(applications.begin(), applications.end(),
                                    [&](const Application& app) { return app.destination_namespace == ns && deploys_here(app, cluster); });
}

const Job* Snapshot::job(const std::string& ns, const std::string& name) const {
  const auto found = std::find_if(jobs.begin(), jobs.end(), [&](const Job& j) { return j.ref.name == name && j.ref.ns == ns; });
  return found == jobs.end() ? nullptr : &*found;
}

}  // namespace refloat
