// What an Application's operation is doing, in the terms recovery decides on.
#pragma once

#include <optional>
#include <string>

#include "model/application.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

enum class OperationKind {
  idle,         // none
  running,      // Argo CD is legitimately at work
  backoff,      // failed, waits for its next try
  blocked,      // waits for a sync window or for a person's confirmation
  deadlocked,   // waits for a hook Job that can never report back
  stuck,        // runs longer than the limit with nothing left to wait for
  terminating,  // is being ended
  limbo,        // says Running, but nobody will process it
};

// As playbooks write it.
const char* to_string(OperationKind kind);

struct OperationView {
  OperationKind kind = OperationKind::idle;
  std::optional<Time> since = {};       // since when it is of this kind, if known
  std::optional<Time> settles_at = {};  // limbo: not to be believed before
  std::optional<Time> stuck_at = {};    // running, terminating: would count as stuck from then on
};

OperationView view_operation(const Application& app, const Snapshot& snapshot, const Limits& limits, Time now);

// Running or terminating: whoever touches the data now races with Argo CD.
bool at_work(const OperationView& view);

// "Running: waiting for completion of hook batch/Job/x (.operation absent)", printable.
std::string describe_operation(const Application& app);

}  // namespace refloat
