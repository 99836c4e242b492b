#include "verify/goals.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "model/application.h"
#include "model/database_reading.h"
#include "model/job.h"
#include "model/pod.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/workload.h"

namespace refloat {

namespace {

std::string recorded_version(const DatabaseReading& reading) {
  if (reading.reach != Reach::ok) return std::string(to_string(reading.reach)) + ": " + reading.detail;
  if (!reading.schema || reading.schema->versions.empty()) return "no schema version";
  return reading.schema->versions.front().current;
}

bool at_target(const StackDatabase& database, const DatabaseReading& reading) {
  if (!reading.answers_for_itself() || !reading.schema || !reading.schema->readable) return false;
  const auto& rows = reading.schema->versions;
  return std::any_of(rows.begin(), rows.end(),
                     [&](const VersionRow& row) { return row.current == database.target && (row.db_name == reading.database); });
}

// The label alone proves nothing: others than Argo CD set it as well. Then the Application itself must name the workload.
bool is_workload_of(const Workload& workload, const Application& app) {
  if (!tracks(workload.tracking_app, workload.ref.ns, app)) return false;
  if (!workload.tracked_by_label) return true;
  return std::any_of(app.resources.begin(), app.resources.end(), [&](const OwnedResource& row) {
    return row.kind == workload.ref.kind && row.name == workload.ref.name &&
           (row.ns.empty() ? app.destination_namespace : row.ns) == workload.ref.ns;
  });
}

bool holds_all(const std::vector<std::string>& wanted, const std::vector<std::string>& there) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& name) { return std::find(there.begin(), there.end(), name) != there.end(); });
}

bool crashes(const Pod& pod) {
  return std::any_of(pod.containers.begin(), pod.containers.end(),
                     [](const ContainerState& c) { return c.waiting_reason == "CrashLoopBackOff"; });
}

bool selected(const std::map<std::string, std::string>& labels, const Stack& stack) {
  const auto& wanted = stack.workload_selector;
  return !wanted.empty() && std::all_of(wanted.begin(), wanted.end(), [&](const auto& entry) {
    const auto found = labels.find(entry.first);
    return found != labels.end() && found->second == entry.second;
  });
}

Goal namespaces_registered(const Stack& stack, const Snapshot& snapshot) {
  for (const StackDatabase& database : stack.databases) {
    const auto found = snapshot.databases.find(database.name);
    if (database.dialect != "temporal" || found == snapshot.databases.end() || !found->second.schema) continue;
    const auto& there = found->second.schema->namespaces;
    if (holds_all(stack.bootstrap.temporal_namespaces, there))
      return {true, "registered: " + join(stack.bootstrap.temporal_namespaces, ", ")};
    return {false,
            "declared " + join(stack.bootstrap.temporal_namespaces, ", ") + "; registered " + (there.empty() ? "none" : join(there, ", "))};
  }
  return {false, "no database that holds the namespaces could be read"};
}

Goal query_holds(const Stack& stack, const Snapshot& snapshot) {
  const auto found = snapshot.databases.find(stack.bootstrap.query_database);
  if (found == snapshot.databases.end() || !found->second.expect.asked) return {false, "the bootstrap query was not asked"};
  const ExpectAnswer& answer = found->second.expect;
  if (!answer.error.empty()) return {false, "bootstrap query: " + answer.error};
  return {answer.holds, answer.holds ? "bootstrap query holds" : "bootstrap query does not hold"};
}

// Without a declaration the only thing left to judge by is the Job itself.
Goal bootstrap_job_complete(const Stack& stack, const Snapshot& snapshot) {
  const auto role = stack.applications.find("bootstrap");
  if (role == stack.applications.end()) return {true, "the stack has no bootstrap"};
  const Application* app = snapshot.application(stack.ns, role->second);
  if (app == nullptr) return {false, "Application " + role->second + " was not found"};
  const auto jobs = snapshot.jobs_of(*app);
  const bool complete = std::any_of(jobs.begin(), jobs.end(), [](const Job* j) { return j->complete && !j->deletion_at; });
  return {complete, complete ? "bootstrap Job complete" : "no complete bootstrap Job"};
}

// What keeps one Application from being healthy; "" when nothing does.
std::string unhealthy(const Application& app) {
  if (app.sync_status != "Synced") return app.ref.name + " " + (app.sync_status.empty() ? "not compared" : app.sync_status);
  if (app.health != "Healthy") return app.ref.name + " " + (app.health.empty() ? "no health" : app.health);
  if (app.has_operation) return app.ref.name + " operation runs";
  if (app.operation && app.operation->phase != "Succeeded") return app.ref.name + " operation " + app.operation->phase;
  return {};
}

}  // namespace

Goal schema_at_target(const Stack& stack, const Snapshot& snapshot) {
  Goal out{true, {}};
  for (const StackDatabase& database : stack.databases) {
    const auto found = snapshot.databases.find(database.name);
    const bool reached = found != snapshot.databases.end() && at_target(database, found->second);
    out.reached = out.reached && reached;
    out.seen += (out.seen.empty() ? "" : ", ") + database.name + " " +
                (found == snapshot.databases.end() ? std::string("not read") : recorded_version(found->second)) +
                (reached ? "" : " (target " + database.target + ")");
  }
  return out;
}

std::vector<const Workload*> service_workloads(const Stack& stack, const Snapshot& snapshot) {
  const auto role = stack.applications.find("runtime");
  const Application* runtime = role == stack.applications.end() ? nullptr : snapshot.application(stack.ns, role->second);
  std::vector<const Workload*> out;
  for (const Workload& workload : snapshot.workloads) {
    const bool owned = runtime != nullptr && is_workload_of(workload, *runtime);
    if (workload.ref.ns == stack.workload_namespace && (owned || selected(workload.labels, stack))) out.push_back(&workload);
  }
  return out;
}

Goal workloads_ready(const Stack& stack, const Snapshot& snapshot) {
  const auto workloads = service_workloads(stack, snapshot);
  for (const Workload* workload : workloads) {
    if (workload->replicas > 0 && !workload->settled()) {
      return {false, workload->ref.display() + " " + std::to_string(workload->ready) + "/" + std::to_string(workload->replicas) + " ready"};
    }
  }
  for (const Pod& pod : snapshot.pods) {
    const bool ours = pod.ref.ns == stack.workload_namespace && selected(pod.labels, stack);
    if (ours && !pod.deletion_at && crashes(pod)) return {false, pod.ref.display() + " crashes"};
  }
  if (workloads.empty()) return {stack.workload_selector.empty(), "no workload matches the stack's selector"};
  return {true, std::to_string(workloads.size()) + " workloads ready"};
}

Goal bootstrap_done(const Stack& stack, const Snapshot& snapshot) {
  if (stack.bootstrap.empty()) return bootstrap_job_complete(stack, snapshot);
  if (!stack.bootstrap.temporal_namespaces.empty()) {
    Goal named = namespaces_registered(stack, snapshot);
    if (!named.reached || stack.bootstrap.query.empty()) return named;
  }
  return query_holds(stack, snapshot);
}

Goal applications_healthy(const Stack& stack, const Snapshot& snapshot) {
  for (const auto& [role, name] : stack.applications) {
    const Application* app = snapshot.application(stack.ns, name);
    std::string why = app == nullptr ? name + " was not found" : unhealthy(*app);
    if (!why.empty()) return {false, std::move(why)};
  }
  return {true, std::to_string(stack.applications.size()) + " Applications Synced and Healthy"};
}

const std::vector<std::string>& goal_names() {
  static const std::vector<std::string> names = {"schemaAtTarget", "workloadsReady", "bootstrapDone", "applicationsHealthy"};
  return names;
}

Goal goal(const std::string& name, const Stack& stack, const Snapshot& snapshot) {
  if (name == "schemaAtTarget") return schema_at_target(stack, snapshot);
  if (name == "workloadsReady") return workloads_ready(stack, snapshot);
  if (name == "bootstrapDone") return bootstrap_done(stack, snapshot);
  if (name == "applicationsHealthy") return applications_healthy(stack, snapshot);
  return {false, "unknown goal " + name};
}

}  // namespace refloat
