// The fixture over the simulator; cases that cannot be made on a real cluster reach into it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "conformance/fixture.h"
#include "kube/kube_api.h"
#include "sim/cluster.h"
#include "sim/sim_kube.h"

namespace refloat::conformance {

class SimulatedFixture final : public Fixture {
 public:
  SimulatedFixture();
  KubeApi& api() override { return kube_; }
  [[nodiscard]] std::string ns() const override { return "case"; }
  Json container(const Behaviour& behaviour) override;
  void commit(const std::vector<Json>& manifests) override;
  [[nodiscard]] std::string repo() const override { return "https://git.sim.local/case.git"; }
  void break_repo() override { cluster_.git().break_generation(repo(), "failed to list refs: repository not found"); }
  bool wait_until(const std::function<bool()>& holds, Duration limit) override;
  void advance(Duration duration) override { cluster_.advance(duration); }

  sim::Cluster& cluster() { return cluster_; }
  sim::SimKube& kube() { return kube_; }

 private:
  sim::Cluster cluster_;
  sim::SimKube kube_{cluster_, "conformance"};
};

}  // namespace refloat::conformance
