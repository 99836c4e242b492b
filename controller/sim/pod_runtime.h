// One pod on the node: its containers' processes, and the status they add up to.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/program.h"

namespace refloat::sim {

// What a container needs from outside to start.
struct ContainerEnvironment {
  // The program of an image; empty = the image cannot be pulled.
  std::function<Program(const std::string& image)> program;
  // Value of a Secret's or ConfigMap's key; nothing when it does not exist.
  std::function<std::optional<std::string>(const Json& value_from)> value_of;
  std::function<bool(const std::map<std::string, std::string>& labels)> somebody_ready;
};

// One container with its present and previous instance.
struct ContainerRuntime {
  Json spec;
  bool init = false;
  std::unique_ptr<Process> process;
  std::vector<std::string> log, previous_log;
  bool has_previous = false;
  bool ready = false;
  int restarts = 0;
  int starts = 0;
  std::optional<Time> started_at, finished_at;
  std::optional<int> exit_code;  // of the present instance
  Json last_terminated;          // of the previous one
  std::string waiting_reason, waiting_message;
  std::optional<Time> start_again_at;  // back-off
  Time next_poll{};

  [[nodiscard]] bool succeeded() const { return exit_code && *exit_code == 0; }
};

class PodRuntime {
 public:
  explicit PodRuntime(Json pod);

  // Starts, polls and restarts containers. Returns when the next look is due.
  Time step(const ContainerEnvironment& environment, Time now);
  // Every process ends with this exit code and nothing starts again.
  void kill_all(int exit_code, Time now);
  // One crash: processes end with 137, the restart policy decides about the rest.
  void crash(Time now);
  // phase, conditions and container statuses, made from what the status was: transition times move only with a condition's status.
  [[nodiscard]] Json status(Json before, Time now) const;
  // Another number whenever the status may be another one.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] const std::vector<ContainerRuntime>& containers() const { return containers_; }

  std::optional<Time> stopping_since;  // the kubelet has seen the deletion

 private:
  void step_container(ContainerRuntime& container, const ContainerEnvironment& environment, Time now);
  void start(ContainerRuntime& container, const ContainerEnvironment& environment, Time now);
  bool resolve_env(ContainerRuntime& container, const ContainerEnvironment& environment, ProcessStart& start) const;
  void ended(ContainerRuntime& container, int exit_code, Time now);
  [[nodiscard]] bool initialized() const;
  [[nodiscard]] std::string phase() const;

  Json pod_;
  std::string restart_policy_;
  Time started_{};
  std::uint64_t version_ = 1;
  std::vector<ContainerRuntime> containers_;  // init containers first
};

}  // namespace refloat::sim
