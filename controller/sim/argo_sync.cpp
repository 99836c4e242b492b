#include "sim/argo_sync.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/job.h"
#include "sim/api_server.h"
#include "sim/argo_compare.h"
#include "sim/argo_health.h"
#include "sim/control_plane.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

constexpr std::array<std::string_view, 4> phase_names{"PreSync", "Sync", "PostSync", "SyncFail"};

std::string annotation(const Json& object, const char* name) {
  return text_at(object, {"metadata", "annotations", name});
}

// Which phases a hook runs in; an unknown word makes it a hook that never runs.
std::vector<int> hook_phases(const Json& manifest) {
  std::vector<int> phases;
  for (const std::string& word : split(annotation(manifest, "argocd.argoproj.io/hook"), ',')) {
    const auto it = std::ranges::find(phase_names, trim(word));
    if (it != phase_names.end()) {
      phases.push_back(static_cast<int>(it - phase_names.begin()));
    }
  }
  if (!annotation(manifest, "argocd.argoproj.io/hook").empty()) {
    return phases;
  }
  const std::string helm = annotation(manifest, "helm.sh/hook");
  if (helm.find("pre-install") != std::string::npos || helm.find("pre-upgrade") != std::string::npos) {
    phases.push_back(0);
  }
  if (helm.find("post-install") != std::string::npos || helm.find("post-upgrade") != std::string::npos) {
    phases.push_back(2);
  }
  return phases;
}

bool has_delete_policy(const Json& hook, const std::string& policy) {
  std::string text = annotation(hook, "argocd.argoproj.io/hook-delete-policy");
  const std::string helm = annotation(hook, "helm.sh/hook-delete-policy");
  const auto add = [&](const char* name, const char* mapped) {
    text += helm.find(name) != std::string::npos ? std::string(",") + mapped : "";
  };
  add("before-hook-creation", "BeforeHookCreation");
  add("hook-succeeded", "HookSucceeded");
  add("hook-failed", "HookFailed");
  bool known = false;
  for (const char* name : {"BeforeHookCreation", "HookSucceeded", "HookFailed"}) {
    known = known || text.find(name) != std::string::npos;
  }
  return known ? text.find(policy) != std::string::npos : policy == "BeforeHookCreation";
}

int wave_of(const Json& object) {
  const std::string wave = annotation(object, "argocd.argoproj.io/sync-wave");
  return std::atoi((wave.empty() ? annotation(object, "helm.sh/hook-weight") : wave).c_str());
}

// Health of a hook as an operation phase.
std::pair<std::string, std::string> hook_phase_of(const Json& live) {
  const auto health = health_of(live);
  if (!health || health->status.empty() || health->status == "Missing" || health->status == "Healthy") {
    return {"Succeeded", health ? health->message : ""};
  }
  const bool failed = health->status == "Degraded" || health->status == "Unknown";
  return {failed ? "Failed" : "Running", health->message};
}

bool selected(const Json& resources, const Json& object) {
  return std::ranges::any_of(resources, [&](const Json& r) {
    const std::string ns = text_at(r, {"namespace"});
    return text_at(r, {"kind"}) == text_at(object, {"kind"}) && text_at(r, {"name"}) == name_of(object) &&
           text_at(r, {"group"}) == group_of(object) && (ns.empty() || ns == ns_of(object));
  });
}

std::string address(const Json& object) {
  return group_of(object) + "/" + text_at(object, {"kind"}) + "/" + name_of(object);
}

}  // namespace

bool SyncPass::Task::operator<(const Task& other) const {
  const auto key = [](const Task& t) { return std::tuple(t.phase, t.wave, text_at(t.object(), {"kind"}), name_of(t.object())); };
  return key(*this) < key(other);
}

SyncPass::SyncPass(ControlPlane& plane, const Json& /*app*/, const AppComparison& comparison, const Json& operation, const Json& rows,
                   Time started)
    : plane_(&plane), started_(started), revision_(comparison.revision), dry_run_(bool_at(operation, {"sync", "dryRun"})) {
  add_tasks(comparison, operation);
  recall(rows);
  std::sort(tasks_.begin(), tasks_.end());
}

void SyncPass::add_tasks(const AppComparison& comparison, const Json& operation) {
  const Json& only = at_path(operation, {"sync", "resources"});
  const bool partial = only.is_array() && !only.empty();
  const bool prune = bool_at(operation, {"sync", "prune"});
  for (const ComparedResource& resource : comparison.resources) {
    const Json& object = resource.object();
    if (resource.hook || (partial && !selected(only, object)) || (resource.target.is_null() && !prune)) {
      continue;
    }
    Task task;
    task.target = resource.target;
    task.live = resource.live;
    task.prune = resource.target.is_null();
    task.phase = 1;
    task.wave = wave_of(object);
    tasks_.push_back(std::move(task));
  }
  const bool hooks_off = partial || at_path(operation, {"sync", "syncStrategy"}).contains("apply");
  for (const Json& manifest : hooks_off ? std::vector<Json>{} : comparison.hooks) {
    for (const int phase : hook_phases(manifest)) {
      add_hook(manifest, phase);
    }
  }
}

void SyncPass::add_hook(const Json& manifest, int phase) {
  Task task;
  task.target = manifest;
  if (name_of(manifest).empty()) {
    std::string name = text_at(manifest, {"metadata", "generateName"}) + revision_.substr(0, 7) + "-";
    std::ranges::transform(phase_names.at(static_cast<std::size_t>(phase)), std::back_inserter(name),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    task.target["metadata"]["name"] =
        name + "-" + std::to_string(std::chrono::floor<std::chrono::seconds>(started_.time_since_epoch()).count());
    task.target["metadata"].erase("generateName");
  }
  task.target["metadata"]["finalizers"] = {hook_finalizer};
  task.live = plane_->find_like(task.target);
  task.hook = true;
  task.phase = phase;
  task.wave = wave_of(manifest);
  tasks_.push_back(std::move(task));
}

void SyncPass::recall(const Json& rows) {
  for (Task& task : tasks_) {
    const auto phase = phase_names.at(static_cast<std::size_t>(task.phase));
    for (const Json& row : rows) {
      if (text_at(row, {"kind"}) == text_at(task.object(), {"kind"}) && text_at(row, {"name"}) == name_of(task.object()) &&
          text_at(row, {"syncPhase"}) == phase) {
        task.status = text_at(row, {"status"});
        task.hook_phase = text_at(row, {"hookPhase"});
        task.message = text_at(row, {"message"});
      }
    }
  }
}

// Only a task that has a live object is looked at: the state of a hook that vanished stays Running for ever.
void SyncPass::update_running() {
  for (Task& task : tasks_) {
    if (!task.running() || task.live.is_null() || task.prune) {
      continue;
    }
    if (task.hook) {
      std::tie(task.hook_phase, task.message) = hook_phase_of(task.live);
      task.status.clear();
    } else {
      update_resource(task);
    }
  }
}

void SyncPass::update_resource(Task& task) {
  const auto health = health_of(task.live);
  const std::string status = health ? health->status : "Healthy";  // what has no health of its own is well
  task.hook_phase = status == "Healthy" ? "Succeeded" : status == "Degraded" ? "Failed" : "Running";
  if (health && !health->message.empty()) {
    task.message = health->message;
  }
}

bool SyncPass::wait_for_running() {
  const bool multi_step =
      std::ranges::any_of(tasks_, [&](const Task& t) { return t.wave != tasks_.front().wave || t.phase != tasks_.front().phase; });
  std::vector<const Task*> running;
  for (const Task& task : tasks_) {
    if (task.running() && (multi_step || task.hook)) {
      running.push_back(&task);
    }
  }
  if (running.empty()) {
    return false;
  }
  say_waiting(running);
  return true;
}

void SyncPass::say_waiting(const std::vector<const Task*>& tasks) {
  const auto first = std::ranges::find_if(tasks, [](const Task* t) { return t->hook; });
  const Task& shown = first == tasks.end() ? *tasks.front() : **first;
  const auto same = std::ranges::count_if(tasks, [&](const Task* t) { return t->hook == shown.hook; });
  message_ = std::string("waiting for ") + (shown.hook ? "completion of hook " : "healthy state of ") + address(shown.object());
  if (same > 1) {
    message_ += " and " + std::to_string(same - 1) + " more " + (shown.hook ? "hooks" : "resources");
  }
}

void SyncPass::release_finished_hooks() {
  for (const Task& task : tasks_) {
    if (task.hook && !task.pending() && !task.running() && !task.live.is_null()) {
      plane_->remove_finalizer(task.live, hook_finalizer);
    }
  }
}

void SyncPass::sync() {
  update_running();
  if (wait_for_running()) {
    return;
  }
  release_finished_hooks();
  if (std::ranges::any_of(tasks_, [](const Task& t) { return t.failed(); })) {
    delete_hooks("HookFailed");
    fail("one or more synchronization tasks completed unsuccessfully");
    return;
  }
  run_wave();
}

std::vector<SyncPass::Task*> SyncPass::next_wave() {
  std::vector<Task*> wave;
  for (Task& task : tasks_) {
    const bool joins = wave.empty() || (task.phase == wave.front()->phase && task.wave == wave.front()->wave);
    if (task.pending() && task.phase != 3 && joins) {
      wave.push_back(&task);
    }
  }
  return wave;
}

void SyncPass::run_wave() {
  std::vector<Task*> wave = next_wave();
  if (wave.empty()) {
    delete_hooks("HookSucceeded");
    phase_ = "Succeeded";
    message_ = "successfully synced (no more tasks)";
    return;
  }
  message_ = "one or more tasks are running";
  if (delete_before_creation(wave)) {
    return;
  }
  bool failed = false;
  bool hooks = false;
  for (Task* task : wave) {
    apply(*task);
    failed = failed || task->failed();
    hooks = hooks || task->hook;
  }
  if (failed) {
    fail("one or more objects failed to apply");
    return;
  }
  const std::vector<Task*> rest = next_wave();
  wave_done_ = !rest.empty();
  if (rest.empty() && !hooks) {
    delete_hooks("HookSucceeded");
    phase_ = "Succeeded";
    message_ = "successfully synced (all tasks run)";
    return;
  }
  std::vector<const Task*> remaining(rest.begin(), rest.end());
  if (remaining.empty()) {
    std::ranges::copy_if(wave, std::back_inserter(remaining), [](const Task* t) { return t->hook; });
  }
  say_waiting(remaining);
}

// An earlier instance of a hook goes first; until it is gone the pass ends here, again and again.
bool SyncPass::delete_before_creation(std::vector<Task*>& wave) {
  bool any = false;
  for (Task* task : wave) {
    if (!task->hook || task->live.is_null() || !has_delete_policy(task->target, "BeforeHookCreation")) {
      continue;
    }
    any = true;
    plane_->remove_finalizer(task->live, hook_finalizer);
    if (const StoredObject live = plane_->find_like(task->live); !live.is_null()) {
      plane_->remove(live, "Foreground");
    }
  }
  return any;
}

void SyncPass::apply(Task& task) {
  if (dry_run_) {
    task.hook_phase = "Succeeded";
    return;
  }
  if (task.prune) {
    plane_->remove(task.live, "Foreground");
    task.status = "Pruned";
    task.hook_phase = "Succeeded";
    task.message = "pruned";
    return;
  }
  const bool exists = !task.live.is_null();
  const Answer answer = exists ? plane_->patch(task.live, task.target) : plane_->create(task.target);
  std::string kind = text_at(task.target, {"kind"});
  std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string group = group_of(task.target);
  task.status = answer.ok() ? "Synced" : "SyncFailed";
  task.hook_phase = answer.ok() ? "Running" : "Failed";
  task.message = answer.ok()
                     ? kind + (group.empty() ? "" : "." + group) + "/" + name_of(task.target) + (exists ? " configured" : " created")
                     : text_at(answer.body, {"message"});
}

void SyncPass::delete_hooks(const std::string& policy) {
  for (const Task& task : tasks_) {
    if (task.hook && !task.live.is_null() && has_delete_policy(task.target, policy) && !is_deleting(task.live)) {
      plane_->remove_finalizer(task.live, hook_finalizer);
      if (const StoredObject live = plane_->find_like(task.live); !live.is_null()) {
        plane_->remove(live, "Foreground");
      }
    }
  }
}

void SyncPass::fail(const std::string& message) {
  phase_ = "Failed";
  message_ = message;
}

void SyncPass::terminate() {
  for (Task& task : tasks_) {
    if (!task.hook || task.live.is_null()) {
      continue;
    }
    plane_->remove_finalizer(task.live, hook_finalizer);
    auto [phase, message] = hook_phase_of(task.live);
    if (phase == "Running") {
      if (const StoredObject live = plane_->find_like(task.live); !live.is_null()) {
        plane_->remove(live, "Foreground");
      }
      phase = "Failed";
      message = "Deleted";
    }
    task.hook_phase = phase;
    task.message = message;
  }
  fail("Operation terminated");
}

Json SyncPass::rows() const {
  Json rows = Json::array();
  for (const Task& task : tasks_) {
    if (task.pending()) {
      continue;
    }
    const Json& object = task.object();
    Json row{{"group", group_of(object)},
             {"version", split(text_at(object, {"apiVersion"}), '/').back()},
             {"kind", text_at(object, {"kind"})},
             {"namespace", ns_of(object)},
             {"name", name_of(object)},
             {"hookPhase", task.hook_phase},
             {"syncPhase", phase_names.at(static_cast<std::size_t>(task.phase))}};
    if (!task.status.empty()) {
      row["status"] = task.status;
    }
    if (!task.message.empty()) {
      row["message"] = task.message;
    }
    if (task.hook) {
      row["hookType"] = phase_names.at(static_cast<std::size_t>(task.phase));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace refloat::sim
