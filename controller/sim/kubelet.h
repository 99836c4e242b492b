// Scheduler and kubelet: where a pod runs, what its containers do, their logs and restarts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/pod_runtime.h"
#include "sim/program.h"
#include "sim/stored_object.h"

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
  struct Pod {
    PodRuntime runtime;
    StoredObject told;  // the object whose status was right when it was looked at last
    std::uint64_t told_version = 0;
  };

  Pod& known_pod(const Json& pod);
  bool schedule(const Json& pod, Time now);
  void run(const StoredObject& pod, Time now);
  void stop(const Json& pod, PodRuntime& runtime, Time now);
  const ContainerEnvironment& environment(const std::string& ns);
  [[nodiscard]] std::optional<std::string> value_of(const std::string& ns, const Json& from) const;
  [[nodiscard]] bool somebody_ready(const std::string& ns, const std::map<std::string, std::string>& labels) const;

  ControlPlane plane_;
  std::map<std::string, Program> programs_;
  std::map<std::string, ContainerEnvironment> environments_;  // by namespace
  std::map<std::string, Pod> runtimes_;                       // by pod uid
};

}  // namespace refloat::sim
