// What a conformance case needs of a cluster, simulated or real.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "kube/kube_api.h"

namespace refloat::conformance {

// What a container does: sleeps so long, says its line, ends with the code; a negative code = never ends.
struct Behaviour {
  int seconds = 1;
  int exit_code = 0;
  std::string says = "hello";
};

class Fixture {
 public:
  virtual ~Fixture() = default;
  // The cluster as an administrator.
  virtual KubeApi& api() = 0;
  // A namespace of the case's own, with nothing in it.
  [[nodiscard]] virtual std::string ns() const = 0;
  // Where Argo CD's Applications live.
  [[nodiscard]] virtual std::string argo_ns() const { return "argocd"; }
  // A container that behaves so.
  virtual Json container(const Behaviour& behaviour) = 0;
  // Commits manifests to the case's repository; an empty list makes the path unusable.
  virtual void commit(const std::vector<Json>& manifests) = 0;
  [[nodiscard]] virtual std::string repo() const = 0;
  // From now on nothing can be read from the repository.
  virtual void break_repo() = 0;
  // Lets time pass until it holds; false when `limit` went by first.
  virtual bool wait_until(const std::function<bool()>& holds, Duration limit) = 0;
  virtual void advance(Duration duration) = 0;
};

// The simulated cluster, or the real one of REFLOAT_CONFORMANCE_KUBECONFIG with repositories under REFLOAT_CONFORMANCE_REPO_DIR and
// REFLOAT_CONFORMANCE_IMAGE, which has a shell, on its node.
std::unique_ptr<Fixture> make_fixture(const std::string& case_name);
std::unique_ptr<Fixture> make_simulated_fixture(const std::string& case_name);
std::unique_ptr<Fixture> make_real_fixture(const std::string& case_name);
// Whether the suite runs against a real cluster.
bool against_real_cluster();

}  // namespace refloat::conformance
