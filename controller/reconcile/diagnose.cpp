#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"
#include "cache/collect.h"
#include "config/playbook_reader.h"
#include "detect/detect.h"
#include "model/finding.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "reconcile/look.h"
#include "reconcile/reconcile.h"
#include "reconcile/settling.h"
#include "reconcile/user_playbooks.h"

namespace refloat {

namespace {

// How long one read-only call may wait for young states to settle.
constexpr Duration diagnosis_settle_budget = std::chrono::seconds(12);

Result<StackDiagnosis> outside_stacks(Ports& ports, const Inputs& inputs, std::string& cluster) {
  Seen seen;
  const std::set<ObjectKind> objects = objects_of(inputs.playbooks, vocabulary());
  Settling settling(ports, diagnosis_settle_budget);
  while (true) {
    const Result<Snapshot> snapshot = collect(ports.kube, {nullptr, inputs.application_namespaces, objects}, seen, ports.clock);
    if (!snapshot) return snapshot.error();
    cluster = snapshot->cluster;
    StackDiagnosis found = diagnose_applications(inputs.playbooks, inputs.stacks, *snapshot, ports.clock.now());
    if (found.pending.empty() || !settling.wait(found.pending, ports.clock.now() + std::chrono::seconds(4))) return found;
  }
}

}  // namespace

Result<Diagnosis> diagnose(Ports& ports, const Inputs& inputs) {
  Diagnosis out;
  for (const Stack& stack : inputs.stacks) {
    Seen seen;
    Result<Look> now = settled_look(ports, inputs_for(inputs, stack.ns), stack, seen, diagnosis_settle_budget);
    if (!now) return now.error();
    out.cluster = now->snapshot.cluster;
    out.stacks.push_back(std::move(now->diagnosis));
  }
  if (inputs.outside_stacks) {
    Result<StackDiagnosis> rest = outside_stacks(ports, inputs, out.cluster);
    if (!rest) return rest.error();
    out.applications = std::move(*rest);
  }
  out.generated_at = ports.clock.now();
  return out;
}

}  // namespace refloat
