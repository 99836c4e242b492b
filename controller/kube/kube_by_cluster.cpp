#include "kube/kube_by_cluster.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "kube/kube_api.h"
#include "model/destinations.h"
#include "model/place.h"
#include "model/write.h"

namespace refloat {
namespace {

Resource in_namespace(Resource resource, const std::string& ns) {
  resource.ns = ns;
  return resource;
}

}  // namespace

void KubeByCluster::add(const Destination& destination, std::unique_ptr<KubeApi> api) {
  destinations_.add(destination);
  others_[destination.name] = std::move(api);
}

Result<KubeApi*> KubeByCluster::api_of(const Place& place) const {
  const auto found = others_.find(place.cluster);
  const Destination* destination = destinations_.find(place.cluster);
  const std::string called = printable(place.cluster, 100);
  if (found == others_.end() || destination == nullptr) {
    return Error{ErrorKind::invalid, "no cluster is known as " + called, "name its cluster Secret by --destination-cluster"};
  }
  const auto& all = destination->namespaces;
  if (all.empty() || std::find(all.begin(), all.end(), place.ns) != all.end()) return found->second.get();
  return Error{ErrorKind::denied, "the cluster Secret of " + called + " is for its namespaces " + join(all, ", ") + " only"};
}

template <class Call>
auto KubeByCluster::at(const std::string& ns, Call call) -> decltype(call(std::declval<KubeApi&>(), ns)) {
  if (ns.find('/') == std::string::npos) return call(*own_, ns);
  const Place place = place_of(ns);
  const Result<KubeApi*> api = api_of(place);
  if (!api) return api.error();
  auto answer = call(**api, place.ns);
  if (!answer) return answer.error().wrap("cluster " + printable(place.cluster, 100));
  return answer;
}

Result<Json> KubeByCluster::get(const Resource& object) {
  return at(object.ns, [&](KubeApi& api, const std::string& ns) { return api.get(in_namespace(object, ns)); });
}

Result<Json> KubeByCluster::get_raw(const std::string& path) {
  return own_->get_raw(path);
}

Result<ObjectList> KubeByCluster::list(const Resource& resource, const ListOptions& options) {
  return at(resource.ns, [&](KubeApi& api, const std::string& ns) { return api.list(in_namespace(resource, ns), options); });
}

Result<Json> KubeByCluster::create(const Resource& resource, const Json& body, const WriteOptions& options) {
  return at(resource.ns, [&](KubeApi& api, const std::string& ns) { return api.create(in_namespace(resource, ns), body, options); });
}

Result<Json> KubeByCluster::replace(const Resource& object, const Json& body, const WriteOptions& options) {
  return at(object.ns, [&](KubeApi& api, const std::string& ns) { return api.replace(in_namespace(object, ns), body, options); });
}

Result<Json> KubeByCluster::patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) {
  return at(object.ns, [&](KubeApi& api, const std::string& ns) { return api.patch(in_namespace(object, ns), type, body, options); });
}

Result<Json> KubeByCluster::remove(const Resource& object, const DeleteOptions& options) {
  return at(object.ns, [&](KubeApi& api, const std::string& ns) { return api.remove(in_namespace(object, ns), options); });
}

Result<std::string> KubeByCluster::logs(const std::string& ns, const std::string& pod, const LogOptions& options) {
  return at(ns, [&](KubeApi& api, const std::string& there) { return api.logs(there, pod, options); });
}

Result<AccessAnswer> KubeByCluster::can_i(const AccessQuestion& question) {
  return at(question.ns, [&](KubeApi& api, const std::string& ns) {
    AccessQuestion there = question;
    there.ns = ns;
    return api.can_i(there);
  });
}

}  // namespace refloat
