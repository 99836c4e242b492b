#include "reconcile/quiet.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/time.h"
#include "detect/detect.h"
#include "model/application.h"
#include "model/finding.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "probe/probe.h"
#include "reconcile/stack_turn.h"

namespace refloat {

namespace {

bool is_clear(const StackDiagnosis& diagnosis) {
  return diagnosis.findings.empty() && diagnosis.pending.empty() && diagnosis.unexamined.empty();
}

bool was_clear(const StackMemory& memory) {
  if (memory.recovery_open || !memory.looked_at || memory.known->unconfirmed()) return false;
  const auto latest = memory.known->latest();
  return latest && is_clear(*latest);
}

// The watched objects need no reading for that: they are as the cache has them, and no effect follows from it.
bool still_clear(TurnContext& context, const Stack& stack, StackMemory& memory, Snapshot watched) {
  const Time began = watched.taken_at;
  probe_databases(context.ports.kube, context.ports.databases, stack, context.inputs.probe, context.ports.clock, watched);
  StackDiagnosis diagnosis = diagnose_stack(context.inputs.playbooks, stack, watched, context.ports.clock.now());
  if (!is_clear(diagnosis)) return false;
  memory.looked_at = context.ports.clock.now();
  (void)memory.known->looked(stack, std::move(diagnosis), began);
  return !memory.known->unconfirmed();
}

}  // namespace

std::optional<Time> quiet_until(TurnContext& context, const Stack& stack, StackMemory& memory, const Snapshot& watched) {
  if (!was_clear(memory)) return std::nullopt;
  const Time now = context.ports.clock.now();
  const std::optional<Time> suspicious = suspicious_from(context.inputs.playbooks, stack, watched, now);
  if (suspicious && *suspicious <= now) return std::nullopt;
  const bool resync = now >= *memory.looked_at + context.rules.resync;
  if (resync && !still_clear(context, stack, memory, watched)) return std::nullopt;
  const Time due = *memory.looked_at + context.rules.resync;
  return std::min(suspicious.value_or(due), due);
}

void remember_watched(const Snapshot& watched, StackMemory& memory) {
  for (const Application& app : watched.applications) {
    if (app.unchanged_since) (void)memory.pass.seen.first_seen(app.ref.uid, app.resource_version, *app.unchanged_since);
  }
}

}  // namespace refloat
