#include "reconcile/look.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"
#include "cache/collect.h"
#include "cache/postgres_clusters.h"
#include "config/playbook_reader.h"
#include "detect/detect.h"
#include "model/cnpg.h"
#include "model/cnpg_hosts.h"
#include "model/finding.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "probe/probe.h"
#include "reconcile/reconcile.h"
#include "reconcile/settling.h"

namespace refloat {

namespace {

// Facts that no playbook uses cost no request.
std::set<ObjectKind> objects_in_use(const Inputs& inputs) {
  static const Vocabulary words = vocabulary();
  return objects_of(inputs.playbooks, words);
}

// Those that only a Secret or DSN names are known once the databases were reached.
void add_reached_clusters(Ports& ports, const Stack& stack, Seen& seen, Snapshot& snapshot) {
  std::set<PostgresClusterName> reached;
  for (const auto& [name, reading] : snapshot.databases) reached.merge(clusters_to_ask(reading, stack, snapshot));
  for (const PostgresClusterName& read : clusters_to_ask(stack, snapshot)) reached.erase(read);
  collect_postgres_clusters(ports.kube, reached, seen, ports.clock.now(), snapshot);
}

Result<Snapshot> read_stack(Ports& ports, const Inputs& inputs, const Stack& stack, Seen& seen, bool logs) {
  Result<Snapshot> snapshot = collect(ports.kube, {&stack, {}, objects_in_use(inputs)}, seen, ports.clock);
  if (!snapshot) return snapshot;
  probe_databases(ports.kube, ports.databases, stack, inputs.probe, ports.clock, *snapshot);
  add_reached_clusters(ports, stack, seen, *snapshot);
  if (logs) probe_logs(ports.kube, stack, inputs.probe, ports.clock, *snapshot);
  return snapshot;
}

}  // namespace

Time next_look(const StackDiagnosis& diagnosis, Time now) {
  Time at = now + std::chrono::seconds(5);
  for (const Pending& pending : diagnosis.pending) at = std::min(at, pending.look_again_at);
  return std::max(at, now + std::chrono::milliseconds(500));
}

Result<Snapshot> observe(Ports& ports, const Inputs& inputs, const Stack& stack, Seen& seen) {
  return read_stack(ports, inputs, stack, seen, true);
}

Result<Look> look(Ports& ports, const Inputs& inputs, const Stack& stack, Seen& seen, bool logs) {
  Result<Snapshot> snapshot = read_stack(ports, inputs, stack, seen, logs);
  if (!snapshot) return snapshot.error();
  StackDiagnosis diagnosis = diagnose_stack(inputs.playbooks, stack, *snapshot, ports.clock.now());
  return Look{std::move(*snapshot), std::move(diagnosis)};
}

Result<Look> settled_look(Ports& ports, const Inputs& inputs, const Stack& stack, Seen& seen, Duration budget) {
  Settling settling(ports, budget);
  while (true) {
    Result<Look> now = look(ports, inputs, stack, seen, true);
    if (!now || now->diagnosis.pending.empty()) return now;
    if (!settling.wait(now->diagnosis.pending, next_look(now->diagnosis, ports.clock.now()))) return now;
  }
}

}  // namespace refloat
