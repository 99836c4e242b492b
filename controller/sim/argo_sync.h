// One pass of a sync operation over an Application's tasks: phases, waves, hooks, delete policies.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/argo_compare.h"
#include "sim/control_plane.h"
#include "sim/stored_object.h"

namespace refloat::sim {

// What one pass does, and the state it leaves.
class SyncPass {
 public:
  // `rows` is the syncResult.resources of earlier passes: all that is remembered between them.
  SyncPass(ControlPlane& plane, const Json& app, const AppComparison& comparison, const Json& operation, const Json& rows, Time started);

  void sync();
  // Removes hook finalizers and deletes hooks that run; touches nothing else and waits for nothing.
  void terminate();

  [[nodiscard]] const std::string& phase() const { return phase_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] Json rows() const;
  // The last pass finished a wave: the next one waits two seconds.
  [[nodiscard]] bool wave_done() const { return wave_done_; }

 private:
  struct Task {
    Json target;
    StoredObject live;
    bool hook = false, prune = false;
    int phase = 0;  // 0 PreSync, 1 Sync, 2 PostSync, 3 SyncFail
    int wave = 0;
    std::string status, hook_phase, message;
    bool operator<(const Task& other) const;
    [[nodiscard]] const Json& object() const { return target.is_null() ? live.json() : target; }
    [[nodiscard]] bool pending() const { return hook_phase.empty(); }
    [[nodiscard]] bool running() const { return hook_phase == "Running"; }
    [[nodiscard]] bool failed() const { return hook_phase == "Failed" || hook_phase == "Error"; }
  };

  void add_tasks(const AppComparison& comparison, const Json& operation);
  void add_hook(const Json& manifest, int phase);
  void recall(const Json& rows);
  void update_running();
  static void update_resource(Task& task);
  bool wait_for_running();
  void release_finished_hooks();
  void run_wave();
  bool delete_before_creation(std::vector<Task*>& wave);
  void apply(Task& task);
  void delete_hooks(const std::string& policy);
  void fail(const std::string& message);
  void say_waiting(const std::vector<const Task*>& tasks);
  std::vector<Task*> next_wave();

  ControlPlane* plane_;
  Time started_;
  std::string revision_;
  bool dry_run_ = false;
  std::vector<Task> tasks_;
  std::string phase_ = "Running", message_;
  bool wave_done_ = false;
};

}  // namespace refloat::sim
