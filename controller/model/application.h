// An Argo CD Application, only what diagnosis and recovery use. Field meanings: Argo CD 3.0-3.5.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/object_ref.h"

namespace refloat {

// spec.syncPolicy.retry or operation.retry. Durations stay text because Argo CD writes and reads them as text.
struct RetryStrategy {
  int limit = 0;  // 0 = no retry, negative = unlimited
  std::string duration = "5s";
  int factor = 2;
  std::string max_duration = "3m";
  bool present = false;
};

// One row of status.operationState.syncResult.resources.
struct SyncedResource {
  std::string group, kind, ns, name;
  std::string status;  // Synced | SyncFailed | Pruned | PruneSkipped
  std::string message;
  std::string hook_type;   // PreSync | Sync | PostSync | SyncFail; empty for what is no hook
  std::string hook_phase;  // Running | Terminating | Failed | Error | Succeeded; filled for ordinary resources too
  std::string sync_phase;
};

// status.operationState.
struct OperationState {
  std::string phase;  // Running | Terminating | Failed | Error | Succeeded
  std::string message;
  std::optional<Time> started_at;   // never reset by retries
  std::optional<Time> finished_at;  // set together with phase Running = retry back-off
  int retry_count = 0;
  RetryStrategy retry;       // of the operation that runs
  bool partial = false;      // operation.sync.resources non-empty: hooks are skipped
  std::string initiated_by;  // operation.initiatedBy.username
  bool automated = false;
  std::map<std::string, std::string> info;  // operation.info: free audit text, how we recognise our own syncs
  std::string revision;                     // syncResult.revision, or the requested one before there is a result
  std::vector<SyncedResource> resources;

  [[nodiscard]] bool completed() const { return phase == "Failed" || phase == "Error" || phase == "Succeeded"; }
};

// One row of status.resources: what the Application owns (hooks are not listed there).
struct OwnedResource {
  std::string group, kind, ns, name;
  std::string sync_status;  // Synced | OutOfSync | Unknown
  bool hook = false;
};

struct AppCondition {
  std::string type;  // SyncError, ComparisonError, InvalidSpecError, SharedResourceWarning, ...
  std::string message;
  std::optional<Time> last_seen;
};

struct Application {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> created_at;
  std::optional<Time> deletion_at;
  std::string project;
  std::string destination_namespace;
  std::string destination_server;  // URL, or "name:<cluster name>" when given by name
  std::string cluster;             // it deploys to, as Argo CD calls it; empty = our own; filled by Destinations, like what follows
  bool elsewhere = false;          // it deploys to a cluster that is not looked at
  std::map<std::string, std::string> labels;
  bool skip_reconcile = false;                  // annotation argocd.argoproj.io/skip-reconcile
  std::string refresh;                          // annotation argocd.argoproj.io/refresh while it is pending
  std::string owner_set;                        // name of the owning ApplicationSet, if any
  std::string repo_url, path, target_revision;  // of the first source; for hints about Git
  bool automated = false;
  bool self_heal = false;
  std::vector<std::string> sync_options;  // spec.syncPolicy.syncOptions: we must copy them into an operation of our own
  RetryStrategy retry;                    // spec.syncPolicy.retry: likewise
  bool multi_source = false;
  bool has_operation = false;                       // .operation is present: Argo CD processes only such Applications
  std::map<std::string, std::string> pending_info;  // .operation.info
  std::string pending_by;                           // .operation.initiatedBy.username
  std::optional<OperationState> operation;
  std::string sync_status;    // Synced | OutOfSync | Unknown
  std::string sync_revision;  // status.sync.revision: what Argo CD compared last
  std::vector<std::string> sync_revisions;
  std::string health;  // Healthy | Suspended | Progressing | Missing | Degraded | Unknown
  std::vector<AppCondition> conditions;
  std::vector<OwnedResource> resources;
  std::string controller_namespace;  // status.controllerNamespace: Argo CD's own; empty when not said
  std::optional<Time> reconciled_at;
  std::optional<Time> unchanged_since;  // since when we have seen this resourceVersion; filled by the cache, not by the API
};

// When Argo CD will retry, if the Application waits between two tries (phase Running with finishedAt and .operation set).
// Argo CD 3.x: due = finishedAt + min(maxDuration, duration * factor^retryCount).
std::optional<Time> retry_due(const Application& app);

// Running with .operation and not waiting between tries.
bool operation_runs(const Application& app);

// operationState says Running or Terminating but no .operation is left: nobody will ever process it.
bool operation_in_limbo(const Application& app);

// True when the application part of the tracking id of an object in namespace `ns` means this Application: "<app>", or "<ns>_<app>" for one
// outside Argo CD's own namespace. In another cluster than the one it deploys to another Argo CD may have such a one.
bool tracks(const std::string& tracking_app, const std::string& ns, const Application& app);

// Where its Argo CD is, by its own word: there its AppProject stands.
const std::string& argo_namespace_of(const Application& app);
// One that names none is in "default".
std::string project_name_of(const Application& app);

// What Argo CD compared last: one revision per source; empty when it compared nothing.
std::vector<std::string> revisions_of(const Application& app);

}  // namespace refloat
