#include "detect/operation_view.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "detect/hooks.h"
#include "model/application.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

namespace {

// The two waits that Argo CD states in so many words and that only a person or the calendar ends.
bool waits_for_others(const OperationState& state) {
  return state.message.find("blocked by sync window") != std::string::npos ||
         state.message.find("Waiting for pruning confirmation") != std::string::npos;
}

// Some hook keeps it waiting for ever, and no other hook is still at work.
bool waits_for_lost_hook(const std::vector<HookView>& hooks, Time now) {
  bool lost = false;
  for (const HookView& hook : hooks) {
    if (hook.state == HookState::active) return false;
    if (hook.state == HookState::terminating || hook.state == HookState::vanished) lost = lost || *hook.settles_at <= now;
  }
  return lost;
}

bool hook_at_work(const std::vector<HookView>& hooks, const Snapshot& snapshot) {
  return std::any_of(hooks.begin(), hooks.end(),
                     [&](const HookView& hook) { return hook.state == HookState::active && snapshot.live_pod_of(*hook.job) != nullptr; });
}

OperationView view_running(const Application& app, const Snapshot& snapshot, const Limits& limits, Time now) {
  const OperationState& state = *app.operation;
  const bool ending = state.phase == "Terminating";
  if (waits_for_others(state)) return {OperationKind::blocked, state.started_at};
  const std::vector<HookView> hooks = hooks_of(app, snapshot, limits, now);
  if (!ending && waits_for_lost_hook(hooks, now)) return {OperationKind::deadlocked, state.started_at};
  OperationView view{ending ? OperationKind::terminating : OperationKind::running, state.started_at};
  if (!state.started_at || hook_at_work(hooks, snapshot)) return view;
  view.stuck_at = *state.started_at + limits.operation_stuck_after;
  // Argo CD ends an operation within seconds; one asked to end only now gets that time even if it is old.
  if (ending) view.stuck_at = std::max(*view.stuck_at, app.unchanged_since.value_or(now) + limits.hook_terminating_after);
  if (*view.stuck_at <= now) view = {OperationKind::stuck, state.started_at};
  return view;
}

}  // namespace

const char* to_string(OperationKind kind) {
  switch (kind) {
    case OperationKind::idle: return "idle";
    case OperationKind::running: return "running";
    case OperationKind::backoff: return "backoff";
    case OperationKind::blocked: return "blocked";
    case OperationKind::deadlocked: return "deadlocked";
    case OperationKind::stuck: return "stuck";
    case OperationKind::terminating: return "terminating";
    case OperationKind::limbo: return "limbo";
  }
  return "?";
}

OperationView view_operation(const Application& app, const Snapshot& snapshot, const Limits& limits, Time now) {
  if (operation_in_limbo(app)) return {OperationKind::limbo, app.unchanged_since, app.unchanged_since.value_or(now) + limits.settle};
  if (!app.has_operation) return {OperationKind::idle, app.operation ? app.operation->finished_at : std::nullopt};
  if (retry_due(app)) return {OperationKind::backoff, app.operation->finished_at};
  if (!app.operation || app.operation->completed()) return {OperationKind::running, app.unchanged_since};
  return view_running(app, snapshot, limits, now);
}

bool at_work(const OperationView& view) {
  return view.kind == OperationKind::running || view.kind == OperationKind::terminating;
}

std::string describe_operation(const Application& app) {
  if (!app.operation) return app.has_operation ? "operation requested, not started" : "no operation";
  std::string out = app.operation->phase.empty() ? "no phase" : app.operation->phase;
  if (!app.operation->message.empty()) out += ": " + printable(redact_patterns(app.operation->message));
  if (operation_in_limbo(app)) out += " (.operation is absent)";
  return out;
}

}  // namespace refloat
