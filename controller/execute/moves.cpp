#include "execute/moves.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "argo/client/operations.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "execute/action.h"
#include "model/application.h"
#include "model/database_reading.h"
#include "model/recovery.h"
#include "model/write.h"

namespace refloat {

Move done(std::string why) {
  return {Move::Kind::done, std::move(why), std::nullopt, false};
}
Move wait(std::string why) {
  return {Move::Kind::wait, std::move(why), std::nullopt, false};
}
Move fail(std::string why) {
  return {Move::Kind::fail, std::move(why), std::nullopt, false};
}

Move act(Write write, bool main_effect) {
  std::string why = describe(write);
  return {Move::Kind::act, std::move(why), std::move(write), main_effect};
}

const Application* target_application(const StepView& view) {
  return view.snapshot.application(view.stack.ns, view.step.application);
}

const DatabaseReading* target_reading(const StepView& view) {
  const auto found = view.snapshot.databases.find(view.step.database);
  if (found == view.snapshot.databases.end() || found->second.reach != Reach::ok || !found->second.schema) return nullptr;
  return &found->second;
}

std::string step_token(const StepView& view) {
  return view.recovery.name + "/" + view.step.id;
}

std::string next_token(const StepView& view) {
  return step_token(view) + "/" + std::to_string(view.run.attempts + 1);
}

std::string last_token(const StepView& view) {
  return step_token(view) + "/" + std::to_string(view.run.attempts);
}

bool started_by_step(const StepView& view, const Application& app) {
  return sync_token(app).starts_with(step_token(view) + "/");
}

namespace {

std::vector<std::string> revisions_in(const Json& sync) {
  if (const std::string revision = text_at(sync, {"revision"}); !revision.empty()) return {revision};
  std::vector<std::string> out;
  for (const Json& revision : at_path(sync, {"revisions"})) out.push_back(revision.is_string() ? revision.get<std::string>() : "");
  return out;
}

std::vector<std::string> planned_revisions(const StepView& view) {
  for (const Write& write : view.step.writes) {
    const auto* kube = std::get_if<KubeWrite>(&write);
    auto revisions = kube == nullptr ? std::vector<std::string>{} : revisions_in(at_path(kube->body, {"operation", "sync"}));
    if (!revisions.empty()) return revisions;
  }
  return {};
}

bool names_all(const std::vector<std::string>& revisions) {
  return !revisions.empty() && std::none_of(revisions.begin(), revisions.end(), [](const std::string& r) { return r.empty(); });
}

// A stored comparison or spec error would end the operation as Error before it starts; only a refresh re-evaluates it.
bool needs_refresh(const Application& app) {
  const bool in_error = std::any_of(app.conditions.begin(), app.conditions.end(),
                                    [](const AppCondition& c) { return c.type == "ComparisonError" || c.type == "InvalidSpecError"; });
  return in_error || !names_all(revisions_of(app));
}

bool refreshed_already(const StepRun& run) {
  return std::any_of(run.effects.begin(), run.effects.end(), [](const Effect& e) { return e.may_have_happened() && is_refresh(e); });
}

}  // namespace

bool is_refresh(const Effect& effect) {
  return effect.describe.starts_with("hard refresh");
}

std::optional<Move> not_compared(const StepView& view, const Application& app) {
  if (!needs_refresh(app)) return std::nullopt;
  if (!app.refresh.empty()) return wait("Argo CD is comparing " + app.ref.name + " again");
  if (refreshed_already(view.run)) return wait("Argo CD can not compare " + app.ref.name + ": see its conditions");
  return act(hard_refresh(app), false);
}

std::optional<Move> other_revision(const StepView& view, const Application& app) {
  const std::vector<std::string> planned = planned_revisions(view), now = revisions_of(app);
  if (planned.empty() || planned == now) return std::nullopt;
  if (!names_all(now)) return wait("Argo CD compares no revision of " + app.ref.name + " now");
  return fail("Argo CD compares revision " + join(now, ", ") + " now, the plan was made for " + join(planned, ", ") + ": plan anew");
}

bool since_step_start(const StepView& view, const std::optional<Time>& time) {
  return time && view.run.started_at && *time >= std::chrono::floor<std::chrono::seconds>(*view.run.started_at);
}

// Two clocks are never compared where the cluster's alone can tell; what an earlier build began did not note it.
bool began_since_last_effect(const StepView& view, const Application& app) {
  if (!app.operation || !app.operation->started_at) return false;
  if (view.run.operation_before) return *app.operation->started_at > *view.run.operation_before;
  return since_step_start(view, app.operation->started_at);
}

bool synced_since_start(const StepView& view, const Application& app) {
  if (!app.operation || !app.operation->completed()) return false;
  return started_by_step(view, app) || (!app.operation->partial && began_since_last_effect(view, app));
}

std::vector<Write> no_writes(const StepView& /*view*/) {
  return {};
}

}  // namespace refloat
