// The whole simulated cluster: API server, controllers, Argo CD, a node, and the virtual time that drives them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/argo_settings.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/faults.h"
#include "sim/git.h"
#include "sim/kubelet.h"
#include "sim/timers.h"
#include "sim/virtual_clock.h"

namespace refloat::sim {

// How a cluster is made; the same options and the same calls give the same run.
struct ClusterOptions {
  std::uint64_t seed = 1;
  Time start = parse_time("2025-12-03T10:30:00Z").value_or(Time{});
  Duration step{100};          // controllers look at most this often
  Duration request_takes{10};  // virtual time that passes during a request through SimKube
  bool refloat_crds = true;    // Refloat's kinds are installed
  ArgoSettings argo;
};

class Cluster {
 public:
  explicit Cluster(ClusterOptions options = {});
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  VirtualClock& clock() { return clock_; }
  ApiServer& api() { return api_; }
  Kubelet& kubelet() { return *kubelet_; }
  GitRepos& git() { return git_; }
  Faults& faults() { return faults_; }
  ArgoSettings& argo() { return options_.argo; }
  AuditLog& audit() { return api_.audit(); }
  [[nodiscard]] const ClusterOptions& options() const { return options_; }
  // Somebody with all rights, for setting up and breaking things.
  ControlPlane& admin() { return admin_; }

  // Lets time pass.
  void advance(Duration duration) { clock_.advance(duration); }
  // Lets time pass until `done`; false when `limit` went by first.
  bool wait_for(const std::function<bool()>& done, Duration limit);
  // Nothing is due and nothing changed for `quiet`.
  [[nodiscard]] Time now() const { return clock_.now(); }
  // Kills and restarts Argo CD's application controller.
  void restart_argo() { argo_->restart(); }
  // Stops a part of the control plane, or lets it work again: "argo", "applicationset", "jobs", "kubelet".
  void set_running(const std::string& part, bool runs);
  // A digest over every persisted change so far: equal for equal seeds and calls.
  [[nodiscard]] std::string trace_digest() const;

 private:
  struct Part {
    std::string name;
    Controller* controller;
    Timers* timers;    // its own: one that is woken for itself does not make the others look around
    bool due = false;  // woken by a timer or by news, and not at work since
    bool runs = true;
  };
  Time drive(Time from, Time until);
  void step(Time now);
  ControlPlane plane(const std::string& user) { return {api_, timers_[user], user}; }
  void add_part(const char* name, const char* user, std::unique_ptr<Controller> controller);

  ClusterOptions options_;
  VirtualClock clock_;
  std::map<std::string, Timers> timers_;  // by user
  ApiServer api_;
  GitRepos git_;
  Faults faults_;
  ControlPlane admin_;
  std::vector<std::unique_ptr<Controller>> owned_;
  Kubelet* kubelet_ = nullptr;
  Controller* argo_ = nullptr;
  std::vector<Part> parts_;
  std::mt19937_64 random_;
  std::int64_t seen_revision_ = -1;
};

}  // namespace refloat::sim
