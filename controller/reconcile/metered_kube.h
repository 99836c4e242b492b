// The Kubernetes API with a stopwatch: how long each request took and how it failed, by verb and kind of resource.
#pragma once

#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/destinations.h"
#include "reconcile/stopwatch.h"
#include "report/metrics.h"

namespace refloat {

class MeteredKube final : public KubeApi {
 public:
  // Both must outlive it.
  MeteredKube(KubeApi& api, Metrics& metrics, SecondsNow seconds = steady_seconds)
      : api_(api), metrics_(metrics), now_(std::move(seconds)) {}

  std::string server() const override { return api_.server(); }
  Destinations destinations() const override { return api_.destinations(); }
  Result<Json> get(const Resource& object) override;
  Result<Json> get_raw(const std::string& path) override;
  Result<ObjectList> list(const Resource& resource, const ListOptions& options) override;
  Result<Json> create(const Resource& resource, const Json& body, const WriteOptions& options) override;
  Result<Json> replace(const Resource& object, const Json& body, const WriteOptions& options) override;
  Result<Json> patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) override;
  Result<Json> remove(const Resource& object, const DeleteOptions& options) override;
  Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) override;
  Result<AccessAnswer> can_i(const AccessQuestion& question) override;

 private:
  template <class Call>
  auto timed(const char* verb, const std::string& resource, Call&& call);
  void count_error(const char* verb, const std::string& resource, ErrorKind kind);

  KubeApi& api_;
  Metrics& metrics_;
  SecondsNow now_;
};

}  // namespace refloat
