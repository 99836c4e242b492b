// The port to the simulated cluster for one user: the same contract as the HTTP client, and the place where transport faults strike.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/write.h"
#include "sim/api_server.h"
#include "sim/cluster.h"
#include "sim/faults.h"

namespace refloat::sim {

// Where a simulated process dies.
struct CrashPoint {
  enum class When { before_sending, after_effect, after_answer };
  When when = When::before_sending;
};

class SimKube final : public KubeApi {
 public:
  SimKube(Cluster& cluster, std::string user) : cluster_(&cluster), user_(std::move(user)) {}

  std::string server() const override { return "https://sim.local:6443"; }
  Result<Json> get(const Resource& object) override;
  Result<Json> get_raw(const std::string& path) override;
  Result<ObjectList> list(const Resource& resource, const ListOptions& options) override;
  Result<Json> create(const Resource& resource, const Json& body, const WriteOptions& options) override;
  Result<Json> replace(const Resource& object, const Json& body, const WriteOptions& options) override;
  Result<Json> patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) override;
  Result<Json> remove(const Resource& object, const DeleteOptions& options) override;
  Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) override;
  Result<AccessAnswer> can_i(const AccessQuestion& question) override;

  // Called at a crash fault instead of returning: a test throws its own "process died" here.
  void on_crash(std::function<void(CrashPoint)> crash) { crash_ = std::move(crash); }

 private:
  using Send = std::function<Answer()>;

  void let_time_pass();
  [[nodiscard]] FaultPoint point(const char* verb, const Resource& resource) const;
  Result<Json> read(const FaultPoint& at, const Send& send);
  Result<Json> write(const FaultPoint& at, const Resource& object, bool dry_run, const Send& send);
  Answer refused_by_fault(const FaultPoint& at, bool writes);
  void rival_acts(const FaultPoint& at, const Resource& object);
  void strike_before_write(const FaultPoint& at);
  bool strike_after_write(const FaultPoint& at, bool created);
  Result<ObjectList> pages(const FaultPoint& at, const Resource& resource, const ListOptions& options, bool& expired);
  Result<Json> older_version(const Resource& object);

  Cluster* cluster_;
  std::string user_;
  std::function<void(CrashPoint)> crash_;
  std::map<std::string, ObjectList> earlier_lists_;
};

}  // namespace refloat::sim
