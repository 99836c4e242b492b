#include "sim/argo_operation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/time.h"
#include "sim/argo_compare.h"
#include "sim/argo_settings.h"
#include "sim/argo_sync.h"
#include "sim/control_plane.h"
#include "sim/stored_object.h"
#include "sim/sync_windows.h"

namespace refloat::sim {

namespace {

constexpr std::chrono::seconds wave_delay{2};

bool completed(const std::string& phase) {
  return phase == "Failed" || phase == "Error" || phase == "Succeeded";
}

// Conditions that end an operation before it does anything.
std::string blocking_condition(const Json& app) {
  for (const Json& condition : at_path(app, {"status", "conditions"})) {
    if (text_at(condition, {"type"}) == "InvalidSpecError") {
      return "InvalidSpecError: " + text_at(condition, {"message"});
    }
  }
  return "";
}

void end(Json& state, const char* phase, const std::string& message) {
  state["phase"] = phase;
  state["message"] = message;
}

}  // namespace

Time next_retry(const Json& operation, Time finished, int retry_count) {
  const Json& backoff = at_path(operation, {"retry", "backoff"});
  const Duration base = parse_duration(text_at(backoff, {"duration"}, "5s")).value_or(Duration{5000});
  const Duration cap = parse_duration(text_at(backoff, {"maxDuration"}, "3m")).value_or(Duration{180000});
  const double factor = std::pow(static_cast<double>(int_at(backoff, {"factor"}, 2)), retry_count);
  const double wait = std::min(static_cast<double>(cap.count()), static_cast<double>(base.count()) * factor);
  return finished + Duration{static_cast<Duration::rep>(wait)};
}

bool OperationProcessor::process(const std::string& ns, const std::string& name, Time now) {
  if (const auto late = late_.find(ns + "/" + name); late != late_.end()) {
    if (now < late->second.due) {
      plane_->wake_at(late->second.due);
      return false;
    }
    plane_->patch(plane_->find("argoproj.io", "applications", ns, name), late->second.patch);
    late_.erase(late);
    return false;
  }
  const StoredObject app = plane_->find("argoproj.io", "applications", ns, name);
  if (app.is_null() || !at_path(app, {"operation"}).is_object() ||
      text_at(app, {"metadata", "annotations", "argocd.argoproj.io/skip-reconcile"}) == "true") {
    return false;
  }
  Time& next = next_pass_[uid_of(app)];
  if (now < next) {
    plane_->wake_at(next);
    return false;
  }
  next = now + settings_->between_passes;
  Json state;
  bool terminating = false;
  return resume(app, state, terminating, now) && pass(app, std::move(state), terminating, now);
}

// The state this pass starts from; false while a retry waits.
bool OperationProcessor::resume(const Json& app, Json& state, bool& terminating, Time now) {
  state = at_path(app, {"status", "operationState"});
  const std::string phase = text_at(state, {"phase"});
  if (!state.is_object() || phase.empty() || completed(phase)) {
    state = {{"phase", "Running"}, {"operation", app["operation"]}, {"startedAt", format_time(now)}};
    write(app, state, now);
    return true;
  }
  terminating = phase == "Terminating";
  const auto finished = parse_time(text_at(state, {"finishedAt"}));
  if (finished && !terminating) {
    if (const Time due = next_retry(state["operation"], *finished, static_cast<int>(int_at(state, {"retryCount"}))); now < due) {
      plane_->wake_at(due);
      return false;
    }
    state.erase("finishedAt");
    state.erase("syncResult");
    state["message"] = "Retrying operation. Attempt #" + std::to_string(int_at(state, {"retryCount"}));
    write(app, state, now);
    return true;
  }
  const auto started = parse_time(text_at(state, {"startedAt"}));
  if (settings_->sync_timeout > Duration{0} && started && now > *started + settings_->sync_timeout && !terminating) {
    end(state, "Terminating", "operation is terminating due to timeout");
    terminating = true;
  }
  return true;
}

bool OperationProcessor::pass(const Json& app, Json state, bool terminating, Time now) {
  const StoredObject before = plane_->find_like(app);
  sync_app_state(before, state, now);
  settle(app, state, terminating, now);
  const bool done = completed(text_at(state, {"phase"}));
  write(before, std::move(state), now);
  return done;
}

void OperationProcessor::sync_app_state(const Json& app, Json& state, Time now) {
  const Json& operation = state["operation"];
  if (!at_path(operation, {"sync"}).is_object()) {
    end(state, "Error", "Invalid operation request: no operation specified");
    return;
  }
  const StoredObject project = plane_->find("argoproj.io", "appprojects", ns_of(app), text_at(app, {"spec", "project"}));
  if (project.is_null()) {
    end(state, "Error", "Application referencing project " + text_at(app, {"spec", "project"}) + " which does not exist");
    return;
  }
  const bool manual = !bool_at(operation, {"initiatedBy", "automated"});
  if (!windows_allow_sync(project, app, manual, now)) {
    if (text_at(state, {"phase"}) == "Running") {
      state["message"] = "Sync operation blocked by sync window";
    }
    plane_->wake_at(now + std::chrono::minutes(1));
    return;  // a Terminating operation stays so until the window opens
  }
  std::string revision = text_at(state, {"syncResult", "revision"});
  revision = revision.empty() ? text_at(operation, {"sync", "revision"}) : revision;
  const std::string repo = text_at(state, {"syncResult", "source", "repoURL"}, text_at(app, {"spec", "source", "repoURL"}));
  revision = git_->resolve(repo, revision.empty() ? text_at(app, {"spec", "source", "targetRevision"}) : revision);
  Json as_started = app;  // what runs is what was begun, even if the source was changed since
  if (const Json& source = at_path(state, {"syncResult", "source"}); source.is_object()) {
    as_started["spec"]["source"] = source;
  }
  const AppComparison comparison = compare_app(*plane_, *git_, as_started, revision);
  state["syncResult"]["revision"] = revision;
  state["syncResult"]["source"] = at_path(as_started, {"spec", "source"});
  const std::string blocking = comparison.error.empty() ? blocking_condition(app) : "ComparisonError: " + comparison.error;
  if (!blocking.empty()) {
    end(state, "Error", blocking);
    return;
  }
  const Time started = parse_time(text_at(state, {"startedAt"})).value_or(now);
  SyncPass sync(*plane_, app, comparison, operation, at_path(state, {"syncResult", "resources"}), started);
  text_at(state, {"phase"}) == "Terminating" ? sync.terminate() : sync.sync();
  end(state, sync.phase().c_str(), sync.message());
  const Json rows = sync.rows();
  state["syncResult"].erase("resources");
  if (!rows.empty()) {
    state["syncResult"]["resources"] = rows;
  }
  if (sync.wave_done()) {
    next_pass_[uid_of(app)] = now + wave_delay;
    plane_->wake_at(now + wave_delay);
  }
}

// What becomes of the phase: a termination asked for meanwhile, a retry, or the end.
void OperationProcessor::settle(const Json& app, Json& state, bool terminating, Time now) {
  const std::string phase = text_at(state, {"phase"});
  const StoredObject fresh = plane_->find_like(app);
  if (phase == "Running" && text_at(fresh, {"status", "operationState", "phase"}) == "Terminating") {
    end(state, "Terminating", "operation is terminating");
    return;
  }
  if (phase != "Failed" && phase != "Error") {
    return;
  }
  const auto retried = static_cast<int>(int_at(state, {"retryCount"}));
  const std::int64_t limit = int_at(state, {"operation", "retry", "limit"});
  if (!terminating && (retried < limit || limit < 0)) {
    const Time announced = next_retry(state["operation"], now, retried);
    const std::string message =
        text_at(state, {"message"}) + ". Retrying attempt #" + std::to_string(retried + 1) + " at " + format_clock(announced) + ".";
    end(state, "Running", message);
    state["finishedAt"] = format_time(now);
    state["retryCount"] = retried + 1;
    plane_->wake_at(next_retry(state["operation"], now, retried + 1) + Duration{1000});
  } else if (retried > 0) {
    state["message"] = text_at(state, {"message"}) + " (retried " + std::to_string(retried) + " times).";
  }
}

// A merge patch of what is set: what is not set stays as it was in the Application. That is the leak of 3.0 to 3.5.
void OperationProcessor::write(const Json& app, Json state, Time now) {
  const bool done = completed(text_at(state, {"phase"}));
  if (done) {
    state["finishedAt"] = format_time(now);
  }
  if (!settings_->merge_patch_leak) {
    for (const auto& [field, value] : at_path(app, {"status", "operationState"}).items()) {
      if (!state.contains(field)) {
        state[field] = nullptr;
      }
    }
  }
  Json patch{{"status", {{"operationState", state}}}};
  if (!state.contains("finishedAt") && at_path(app, {"status", "operationState"}).contains("finishedAt")) {
    patch["status"]["operationState"]["finishedAt"] = nullptr;
  }
  if (done) {
    patch["operation"] = nullptr;
  }
  if (settings_->patch_latency > Duration{0}) {
    const Time due = now + settings_->patch_latency;
    late_[ns_of(app) + "/" + name_of(app)] = {due, std::move(patch)};
    plane_->wake_at(due);
    return;
  }
  plane_->patch(app, std::move(patch));
}

}  // namespace refloat::sim
