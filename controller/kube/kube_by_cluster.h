// The Kubernetes API of our own cluster and of destination clusters as one: the namespace of a Resource says whose (model/place.h). Answers
// are as their API server gave them: an object names its namespace as its cluster does.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/destinations.h"
#include "model/place.h"
#include "model/write.h"

namespace refloat {

class KubeByCluster final : public KubeApi {
 public:
  explicit KubeByCluster(std::shared_ptr<KubeApi> own) : own_(std::move(own)), destinations_(own_->server()) {}

  // What is not in the Destination's namespaces is refused.
  void add(const Destination& destination, std::unique_ptr<KubeApi> api);
  void call_own(const std::string& name) { destinations_.call_own(name); }

  std::string server() const override { return own_->server(); }
  Destinations destinations() const override { return destinations_; }
  Result<Json> get(const Resource& object) override;
  // Of our own cluster.
  Result<Json> get_raw(const std::string& path) override;
  Result<ObjectList> list(const Resource& resource, const ListOptions& options) override;
  Result<Json> create(const Resource& resource, const Json& body, const WriteOptions& options) override;
  Result<Json> replace(const Resource& object, const Json& body, const WriteOptions& options) override;
  Result<Json> patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) override;
  Result<Json> remove(const Resource& object, const DeleteOptions& options) override;
  Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) override;
  Result<AccessAnswer> can_i(const AccessQuestion& question) override;

 private:
  [[nodiscard]] Result<KubeApi*> api_of(const Place& place) const;
  // Calls with the API of the cluster that `ns` names and the namespace as that cluster calls it.
  template <class Call>
  auto at(const std::string& ns, Call call) -> decltype(call(std::declval<KubeApi&>(), ns));

  std::shared_ptr<KubeApi> own_;
  Destinations destinations_;
  std::map<std::string, std::unique_ptr<KubeApi>> others_;
};

}  // namespace refloat
