// The members of Kubernetes' own objects, for ObjectReader.
#pragma once

#include "cache/json_fields.h"
#include "model/claim.h"
#include "model/job.h"
#include "model/node.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {

// Throws fields::Unusual or simdjson's error.
void read_fields(fields::Value object, Job& into);
void read_fields(fields::Value object, Pod& into);
void read_fields(fields::Value object, Workload& into);
void read_fields(fields::Value object, ReplicaSet& into);
void read_fields(fields::Value object, Node& into);
void read_fields(fields::Value object, Claim& into);

}  // namespace refloat
