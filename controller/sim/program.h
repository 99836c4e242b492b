// What runs in a container: the pluggable part of the simulated pods.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace refloat::sim {

// What a container sees when it starts.
struct ProcessStart {
  std::string ns, pod, container, image;
  std::map<std::string, std::string> labels;  // of the pod
  std::map<std::string, std::string> env;     // Secret references resolved
  std::vector<std::string> command, args;
  int attempt = 0;  // how often this container was started before in this pod
  Time at;
  // Whether a pod with these labels is ready in the same namespace: how a client finds out whether a Service answers.
  std::function<bool(const std::map<std::string, std::string>& labels)> somebody_ready;
};

// A look at a process. Lines are appended to the container's log.
struct ProcessState {
  bool ready = false;
  std::optional<int> exit_code;  // set once: the process has ended
  std::vector<std::string> lines;
};

// One running process.
class Process {
 public:
  virtual ~Process() = default;
  // What it has done since the last look.
  virtual ProcessState poll(Time now) = 0;
  // How long until the next look is worth it.
  [[nodiscard]] virtual Duration poll_every() const { return Duration{1000}; }
  // The container is being stopped.
  virtual void terminate() {}
};

// Starts the process of a container.
using Program = std::function<std::unique_ptr<Process>(const ProcessStart&)>;

// Ends with `exit_code` after `runs_for`, having written `lines`.
Program exits(int exit_code, const std::vector<std::string>& lines = {}, Duration runs_for = Duration{1000});
// Never ends by itself; ready after `ready_after`.
Program keeps_running(const std::vector<std::string>& lines = {}, Duration ready_after = Duration{1000});

}  // namespace refloat::sim
