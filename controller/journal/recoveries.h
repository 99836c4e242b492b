// Recovery objects as a controller needs them: of all Stacks, made at most once, closed, and forgotten when old.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {

// A Recovery object that this build cannot read. It may be unfinished, so its Stack must be left alone.
struct UnreadableRecovery {
  std::string ns, name, stack, why;
};

struct RecoveryList {
  std::vector<Recovery> recoveries;  // oldest first
  std::vector<UnreadableRecovery> unreadable;
};

// Those of one namespace or (ns empty) of all; of one Stack or (stack empty) of all; finished ones too.
Result<RecoveryList> list_recoveries(KubeApi& api, const std::string& ns, const std::string& stack);
// While `running` runs, its own object says all that matters: the others are listed when it is over.
Result<RecoveryList> list_recoveries(KubeApi& api, const std::string& ns, const std::string& stack, const std::optional<Recovery>& running);

// One Recovery as it is stored now.
Result<Recovery> read_recovery(KubeApi& api, const std::string& ns, const std::string& name);
// The same, which is `known` itself while nobody has written the object since.
Result<Recovery> read_recovery(KubeApi& api, const Recovery& known);

// The object that a Stack was read from, as it is at this moment; stale = it was deleted or made anew.
Result<Json> living_stack(KubeApi& api, const Stack& stack);

// From the JSON of a watched object. Its status may be missing (its maker died between two writes): then nothing was done yet.
Result<Recovery> recovery_from_object(const Json& object);

// Makes one for this plan, awaiting approval or ready to run, unless one of this Stack or one acting on the same Applications is open
// (stale: which). Its name follows from the Stack and its history alone, so of two replicas that make one at once the second is refused
// by the API server, whatever either has seen. It belongs to the Stack: deleting that deletes it.
Result<Recovery> request_recovery(KubeApi& api, const Stack& stack, const Plan& plan, Stage stage, Time now);

// Ends it: rejected or aborted by a person, or overtaken by events. stale = somebody wrote in between; look again.
Result<> close_recovery(KubeApi& api, Recovery& recovery, Verdict verdict, const std::string& message, Time now);

// Starts one that awaited approval: the stage becomes running, started now. stale = look again.
Result<> begin_recovery(KubeApi& api, Recovery& recovery, const std::string& holder, Time now);

// Names of those to delete: finished ones beyond the newest `keep`, oldest first; never an unfinished one, never one that still counts as
// an attempt. Pure.
std::vector<const Recovery*> superfluous(const std::vector<Recovery>& recoveries, const Limits& limits, Time now);

// Deletes them, each by uid and resourceVersion. One that changed or has gone is passed over. Returns how many were deleted.
Result<int> prune_recoveries(KubeApi& api, const std::vector<Recovery>& of_one_stack, const Limits& limits, Time now);

}  // namespace refloat
