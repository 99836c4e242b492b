// The states a recovery works towards, as pure questions about a fresh snapshot. Actions use them to know that they are done, the last step
// to verify.
#pragma once

#include <string>
#include <vector>

#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

struct Goal {
  bool reached = false;
  std::string seen;  // what was seen, for people: "temporal 1.18, visibility 1.9" or what is still missing
};

// Every database of the Stack is read and its recorded schema version is the target.
Goal schema_at_target(const Stack& stack, const Snapshot& snapshot);

// The Deployments and StatefulSets of the Stack's service: in its workload namespace, matching its selector or owned by its runtime
// Application. What belongs to other Applications of the Stack (its database, say) is not among them.
std::vector<const Workload*> service_workloads(const Stack& stack, const Snapshot& snapshot);

// Every workload of the Stack's service is rolled out and ready and none of its pods crashes.
Goal workloads_ready(const Stack& stack, const Snapshot& snapshot);

// What the Stack declares as a finished bootstrap holds; a Stack that declares nothing is judged by its bootstrap Job.
Goal bootstrap_done(const Stack& stack, const Snapshot& snapshot);

// Every Application of the Stack is Synced and Healthy and its last operation succeeded.
Goal applications_healthy(const Stack& stack, const Snapshot& snapshot);

// The goal by its name in playbooks (schemaAtTarget, workloadsReady, bootstrapDone, applicationsHealthy).
Goal goal(const std::string& name, const Stack& stack, const Snapshot& snapshot);

// Those names.
const std::vector<std::string>& goal_names();

}  // namespace refloat
