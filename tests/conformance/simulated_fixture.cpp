#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "conformance/fixture.h"
#include "conformance/simulated.h"
#include "kube/kube_api.h"
#include "sim/cluster.h"
#include "sim/program.h"
#include "sim/sim_kube.h"

namespace refloat::conformance {

SimulatedFixture::SimulatedFixture() {
  cluster_.admin().create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", ns()}}}});
}

Json SimulatedFixture::container(const Behaviour& behaviour) {
  const std::string image = "behave/" + std::to_string(behaviour.seconds) + "/" + std::to_string(behaviour.exit_code) + "/" +
                            std::to_string(std::hash<std::string>{}(behaviour.says));
  const auto time = std::chrono::seconds(behaviour.seconds);
  // A line may quote the environment as a shell would.
  cluster_.kubelet().set_program(image, [behaviour, time](const sim::ProcessStart& start) {
    std::string line = behaviour.says;
    for (const auto& [name, value] : start.env) {
      const std::string hole = "$" + name;
      if (const auto at = line.find(hole); at != std::string::npos) {
        line.replace(at, hole.size(), value);
      }
    }
    return behaviour.exit_code < 0 ? sim::keeps_running({line}, time)(start) : sim::exits(behaviour.exit_code, {line}, time)(start);
  });
  return {{"name", "main"}, {"image", image}};
}

void SimulatedFixture::commit(const std::vector<Json>& manifests) {
  cluster_.git().break_generation(repo(), manifests.empty() ? "app path does not exist" : "");
  if (!manifests.empty()) {
    cluster_.git().commit(repo(), {{"app", manifests}});
  }
}

bool SimulatedFixture::wait_until(const std::function<bool()>& holds, Duration limit) {
  return cluster_.wait_for(holds, limit);
}

std::unique_ptr<Fixture> make_simulated_fixture(const std::string& /*case_name*/) {
  return std::make_unique<SimulatedFixture>();
}

}  // namespace refloat::conformance
