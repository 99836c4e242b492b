// Stack.status: what a look found and what is being done about it, in the words of `kubectl get stack`. Pure.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/finding.h"
#include "model/object_ref.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {

// What one status is made of.
struct StackStatusInput {
  const Stack& stack;
  const StackDiagnosis& diagnosis;
  const Plan* plan = nullptr;                 // what would be done now; null = nothing was planned
  const std::vector<Recovery>& recoveries;    // of this Stack, all that are kept
  const std::vector<std::string>& obstacles;  // why nothing is done although something could be: storm, guardrails; "name: reason"
  const Json& previous;                       // status as it stands in the cluster; null = none
  Time now;
};

// The whole status; its state is Afloat, Aground, Waiting, Recovering, Parked, Paused or Unknown. Only what changed in meaning differs from
// `previous`: a look that finds the same gives the same JSON, so it is not written and cannot wake its own writer. What stands there and is
// pending by now stays: a Stack is not afloat because a doomed sync is being tried again. The shadow record's lastSeen moves at most once
// in ten minutes.
Json stack_status(const StackStatusInput& input);

// How an obstacle begins that is nothing but a signature that does not settle.
inline constexpr const char* unsettled_prefix = "unsettled: ";

// What a status tells to be unexamined, and why.
std::map<std::string, std::string> unexamined_of(const Json& status);

// What a status tells of findings: signature and subject of each.
std::vector<std::pair<std::string, ObjectRef>> told_findings(const Json& status);

}  // namespace refloat
