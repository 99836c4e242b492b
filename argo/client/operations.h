// The safe writes on Argo CD's objects, each a value fenced by the resourceVersion of the object it was decided on.
// A merge patch that carries metadata.resourceVersion fails with a clean 409 when Argo CD wrote in between.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/application.h"
#include "model/job.h"
#include "model/workload.h"
#include "model/write.h"

namespace refloat {

// How a sync of ours is recognised again: operation.info carries {name: "refloat", value: token}.
inline constexpr const char* sync_token_name = "refloat";

// Ends the running operation: phase=Terminating while .operation stays; Argo CD then ends its hooks and nulls .operation.
// Only for has_operation: in limbo nobody would ever process it.
KubeWrite terminate_operation(const Application& app);

// Starts a sync at the revision Argo CD compared last, hooks included, without prune, with the Application's own sync options and retry.
// operationState is nulled in the same patch: Argo CD 3.0-3.5 merges a new state into the old one, which would leak a partial sync
// or a used-up retry count. Also the cure of limbo. Only when .operation is absent.
KubeWrite start_sync(const Application& app, const std::string& token);

// Asks Argo CD to compare again, past its manifest cache.
KubeWrite hard_refresh(const Application& app);

// Removes exactly this finalizer from a Job that is being deleted; fails when uid, version or position changed.
KubeWrite remove_finalizer(const Job& job, const std::string& finalizer);

// Deletes a Job and, in the background, its pods.
KubeWrite delete_job(const Job& job);

// A rolling restart as `kubectl rollout restart` does it; the stamp is derived from the step, so that a repeat changes nothing.
KubeWrite restart_workload(const Workload& workload, const std::string& stamp);

// The token of the operation that runs, is pending, or ran last; "" when it was not ours.
std::string sync_token(const Application& app);

}  // namespace refloat
