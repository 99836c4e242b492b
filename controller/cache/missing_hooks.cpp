#include "cache/missing_hooks.h"

#include <algorithm>
#include <string>

#include "base/time.h"
#include "cache/collect.h"
#include "model/application.h"
#include "model/snapshot.h"

namespace refloat {
namespace {

// Their names; "" = none.
std::string missing_hooks(const Application& app, const Snapshot& snapshot) {
  std::string out;
  if (!operation_runs(app) || !app.operation) return out;
  for (const SyncedResource& row : app.operation->resources) {
    const bool awaited = row.kind == "Job" && !row.hook_type.empty() && row.hook_phase == "Running";
    if (awaited && snapshot.job(row.ns, row.name) == nullptr) out += row.ns + "/" + row.name + " ";
  }
  return out;
}

}  // namespace

void note_missing_hooks(Snapshot& snapshot, Seen& seen) {
  for (Application& app : snapshot.applications) {
    const std::string missing = missing_hooks(app, snapshot);
    const Time since = seen.first_seen(app.ref.uid + " hooks", missing, snapshot.taken_at);
    if (!missing.empty() && app.unchanged_since) app.unchanged_since = std::max(*app.unchanged_since, since);
  }
}

}  // namespace refloat
