// What has become of an Application's hook Jobs, judged by the objects and not by the operation's message (which may name a hook not yet
// made).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/application.h"
#include "model/job.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

enum class HookState {
  active,       // runs, or may still end by itself
  complete,     // condition Complete
  failed,       // condition Failed
  terminating,  // being deleted, but finalizers hold it and nothing of it runs any more
  vanished,     // the operation waits for it and it is gone
};

struct HookView {
  HookState state = HookState::active;
  std::string name;
  const Job* job = nullptr;               // null when vanished
  std::optional<Time> since = {};         // since when it is in this state, if known
  std::optional<Time> settles_at = {};    // terminating, vanished: not to be believed before
  std::vector<std::string> foreign = {};  // terminating: finalizers that are not Argo CD's
  bool argo_finalizer = false;            // terminating: Argo CD's own is there
};

std::vector<HookView> hooks_of(const Application& app, const Snapshot& snapshot, const Limits& limits, Time now);

// Why an Application's objects of this kind ("jobs.batch", "pods") may be missing from the snapshot although they exist; "" = they are
// seen.
std::string unseen(const Application& app, const Snapshot& snapshot, const std::string& plural);

}  // namespace refloat
