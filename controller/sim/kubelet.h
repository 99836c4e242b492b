// Scheduler and kubelet: where a pod runs, what its containers do, their logs and restarts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/pod_runtime.h"
#include "sim/program.h"

namespace refloat::sim {

class Kubelet final : public Controller {
 public:
  explicit Kubelet(ControlPlane plane) : plane_(std::move(plane)) {}

  void step(Time now) override;
  // From now on containers of this image run `program`; an image nobody set cannot be pulled.
  void set_program(const std::string& image, Program program) { programs_[image] = std::move(program); }
  // Lines of a container, of its previous instance on request; null when there is no such instance.
  [[nodiscard]] const std::vector<std::string>* log(const std::string& pod_uid, const std::string& container, bool previous) const;
  // Kills a container's process as the kernel would: exit code 137.
  void kill(const std::string& pod_uid);

 private:
  bool schedule(const Json& pod, Time now);
  void run(const Json& pod, Time now);
  void stop(const Json& pod, PodRuntime& runtime, Time now);
  ContainerEnvironment environment(const Json& pod) const;

  ControlPlane plane_;
  std::map<std::string, Program> programs_;
  std::map<std::string, PodRuntime> runtimes_;  // by pod uid
};

}  // namespace refloat::sim
