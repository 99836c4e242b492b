// Kubernetes objects as JSON to the records that diagnosis uses. Whatever is absent or of another type keeps its default.
#pragma once

#include <string>

#include "base/json.h"
#include "model/claim.h"
#include "model/job.h"
#include "model/node.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {

// A batch/v1 Job.
Job parse_job(const Json& object);

// A Pod.
Pod parse_pod(const Json& object);

// A Deployment or StatefulSet.
Workload parse_workload(const Json& object);

ReplicaSet parse_replica_set(const Json& object);
Node parse_node(const Json& object);

// A PersistentVolumeClaim.
Claim parse_claim(const Json& object);

// The Application that Argo CD tracks this object for: the tracking annotation, else the instance label, else "".
std::string tracking_app(const Json& object);

}  // namespace refloat
