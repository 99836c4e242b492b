// The values that a case's situation stands for.
#pragma once

#include <optional>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

struct Situation {
  Time now{};
  std::optional<Stack> stack;  // absent: Applications outside any Stack
  Snapshot snapshot;
};

// {now, stack, snapshot: {applications, projects, jobs, pods, workloads, databases, credentials, logs, unexamined}}: Kubernetes objects as
// kubectl prints them, readings as their to_json writes them. An Application may carry `unchangedSince`, which the cache would know.
// Unknown keys are errors.
Result<Situation> read_situation(const Json& json);

}  // namespace refloat
