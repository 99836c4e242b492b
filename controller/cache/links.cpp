#include "cache/links.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/relevance.h"
#include "model/application.h"
#include "model/job.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {
namespace {

Link mixed(Link seed, std::string_view text) {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
  const std::uint64_t hash = std::hash<std::string_view>{}(text);
  return (seed ^ hash) * golden + (seed << 6U) + (seed >> 2U);
}

template <class Row>
void add_named(const Application& app, const std::vector<Row>& rows, std::vector<Link>& links) {
  for (const Row& row : rows) {
    if (runs_pods(row.kind)) links.push_back(application_naming(row.kind, row.ns.empty() ? app.destination_namespace : row.ns, row.name));
  }
}

}  // namespace

bool runs_pods(const std::string& kind) {
  return kind == "Job" || kind == "Deployment" || kind == "StatefulSet";
}

Link application_called(std::string_view name) {
  return mixed(1, name);
}
Link application_naming(std::string_view kind, std::string_view ns, std::string_view name) {
  return mixed(mixed(mixed(2, kind), ns), name);
}
Link tracked_for(std::string_view tracking_app) {
  return mixed(3, tracking_app);
}
Link application_of_set(std::string_view ns, std::string_view set) {
  return mixed(mixed(7, ns), set);
}
Link object_with_uid(std::string_view uid) {
  return mixed(4, uid);
}
Link pod_of_uid(std::string_view owner_uid) {
  return mixed(5, owner_uid);
}
Link pod_of_owner(std::string_view owner_kind, std::string_view ns, std::string_view owner_name) {
  return mixed(mixed(mixed(6, owner_kind), ns), owner_name);
}

std::vector<Link> links_of(const Application& app) {
  std::vector<Link> links{application_called(app.ref.name)};
  add_named(app, app.resources, links);
  if (!app.owner_set.empty()) links.push_back(application_of_set(app.ref.ns, app.owner_set));
  if (app.operation) add_named(app, app.operation->resources, links);
  return links;
}

std::vector<Link> links_of(const Job& job) {
  std::vector<Link> links{object_with_uid(job.ref.uid)};
  if (!job.tracking_app.empty()) links.push_back(tracked_for(job.tracking_app));
  return links;
}

std::vector<Link> links_of(const Workload& workload) {
  std::vector<Link> links{object_with_uid(workload.ref.uid)};
  if (!workload.tracking_app.empty()) links.push_back(tracked_for(workload.tracking_app));
  return links;
}

std::vector<Link> links_of(const Pod& pod) {
  std::vector<Link> links;
  if (!pod.owner_uid.empty()) links.push_back(pod_of_uid(pod.owner_uid));
  if (pod.owner_kind == "Job") links.push_back(pod_of_owner("Job", pod.ref.ns, pod.owner_name));
  if (pod.owner_kind == "ReplicaSet") links.push_back(pod_of_owner("Deployment", pod.ref.ns, deployment_of_replica_set(pod.owner_name)));
  return links;
}

std::vector<Link> links_of(const ReplicaSet& set) {
  std::vector<Link> links;
  if (!set.owner_uid.empty()) links.push_back(pod_of_uid(set.owner_uid));
  if (set.owner_kind == "Deployment") links.push_back(pod_of_owner("Deployment", set.ref.ns, set.owner_name));
  return links;
}

void Links::add(const std::vector<Link>& links, const Kept& kept) {
  for (const Link link : links) by_link_.emplace(link, &kept);
}

void Links::remove(const std::vector<Link>& links, const Kept& kept) {
  for (const Link link : links) {
    auto [at, end] = by_link_.equal_range(link);
    while (at != end && at->second != &kept) ++at;
    if (at != end) by_link_.erase(at);
  }
}

std::vector<const Kept*> Links::find(Link link) const {
  std::vector<const Kept*> found;
  const auto [begin, end] = by_link_.equal_range(link);
  for (auto at = begin; at != end; ++at) found.push_back(at->second);
  return found;
}

}  // namespace refloat
