// The fixture over a real apiserver and Argo CD: a namespace, a Git repository and Applications per case, removed afterwards.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "conformance/fixture.h"
#include "kube/connect.h"
#include "kube/kube_api.h"
#include "model/write.h"

namespace refloat::conformance {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

class RealFixture final : public Fixture {
 public:
  explicit RealFixture(std::string name) : ns_("conf-" + std::move(name)) {
    std::ranges::replace(ns_, '_', '-');
    ns_ = ns_.substr(0, 56) + "-" + std::to_string(SystemClock().now().time_since_epoch().count() % 100000);
    KubeOptions options;
    options.kubeconfig = variable("REFLOAT_CONFORMANCE_KUBECONFIG");
    options.user_agent = "refloat-conformance";
    auto connected = connect(options, clock_);
    if (!connected) {
      throw std::runtime_error(connected.error().message);
    }
    connected_ = std::move(*connected);
    directory_ = std::filesystem::path(variable("REFLOAT_CONFORMANCE_REPO_DIR")) / ns_;
    std::filesystem::create_directories(directory_ / "app");
    shell("cd '" + directory_.string() + "' && git init -q -b main .");
    if (auto made = api().create({"", "v1", "namespaces", "", "", ""},
                                 {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", ns_}}}}, {});
        !made) {
      throw std::runtime_error(made.error().message);
    }
  }
  RealFixture(const RealFixture&) = delete;
  RealFixture& operator=(const RealFixture&) = delete;

  ~RealFixture() override {
    clean("argoproj.io", "v1alpha1", "applicationsets", argo_ns());
    clean("argoproj.io", "v1alpha1", "applications", argo_ns());
    clean("argoproj.io", "v1alpha1", "appprojects", argo_ns());
    clean("batch", "v1", "jobs", ns_);
    (void)api().remove({"", "v1", "namespaces", "", ns_, ""}, {});
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  KubeApi& api() override { return *connected_.api; }
  [[nodiscard]] std::string ns() const override { return ns_; }
  [[nodiscard]] std::string repo() const override { return "file://" + directory_.string(); }

  Json container(const Behaviour& b) override {
    const std::string rest = b.exit_code < 0 ? "sleep 100000" : "exit " + std::to_string(b.exit_code);
    return {{"name", "main"},
            {"image", variable("REFLOAT_CONFORMANCE_IMAGE")},
            {"imagePullPolicy", "Never"},
            {"command", {"/bin/sh", "-c", "echo " + b.says + "; sleep " + std::to_string(b.seconds) + "; " + rest}}};
  }

  void commit(const std::vector<Json>& manifests) override {
    std::filesystem::remove_all(directory_ / "app");
    std::filesystem::create_directories(manifests.empty() ? directory_ / "other" : directory_ / "app");
    std::ofstream(directory_ / "other.txt") << ++commits_;
    for (std::size_t i = 0; i < manifests.size(); ++i) {
      std::ofstream(directory_ / "app" / (std::to_string(i) + ".json")) << manifests[i].dump(1);
    }
    shell("cd '" + directory_.string() + "' && git add -A && git -c user.name=t -c user.email=t@example.com commit -q -m state");
  }

  void break_repo() override { std::filesystem::remove_all(directory_ / ".git"); }

  bool wait_until(const std::function<bool()>& holds, Duration limit) override {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) {
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return true;
  }
  void advance(Duration duration) override { std::this_thread::sleep_for(duration); }

 private:
  // Only what this case made: Applications and sets by destination, Jobs by namespace; finalizers go first.
  void clean(const std::string& group, const std::string& version, const std::string& plural, const std::string& in) {
    auto list = api().list({group, version, plural, in, "", ""}, {});
    if (!list) {
      return;
    }
    for (const Json& object : list->items) {
      if (object.dump().find(ns_) == std::string::npos) {
        continue;
      }
      const Resource r{group, version, plural, in, text_at(object, {"metadata", "name"}), ""};
      (void)api().remove(r, {});
      Json release{{"metadata", {{"finalizers", nullptr}}}};
      if (plural == "applications") {
        release["operation"] = nullptr;
      }
      (void)api().patch(r, PatchType::merge, release, {});
    }
  }

  std::string ns_;
  SystemClock clock_;
  Connected connected_;
  std::filesystem::path directory_;
  int commits_ = 0;
};

}  // namespace

bool against_real_cluster() {
  return !variable("REFLOAT_CONFORMANCE_KUBECONFIG").empty();
}

std::unique_ptr<Fixture> make_real_fixture(const std::string& case_name) {
  return std::make_unique<RealFixture>(case_name);
}

std::unique_ptr<Fixture> make_fixture(const std::string& case_name) {
  return against_real_cluster() ? make_real_fixture(case_name) : make_simulated_fixture(case_name);
}

}  // namespace refloat::conformance
