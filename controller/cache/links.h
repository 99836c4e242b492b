// From something that a record mentions (an owner's uid, a tracking id, a name) to the records that mention it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/application.h"
#include "model/job.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {

struct Kept;

// A hash, so that an index costs a few bytes a record: two different things may share one, so what is found must still be asked whether
// it is meant.
using Link = std::uint64_t;

Link application_called(std::string_view name);                                              // of Applications: their name
Link application_naming(std::string_view kind, std::string_view ns, std::string_view name);  // of Applications: what they own
Link application_of_set(std::string_view ns, std::string_view set);                          // of Applications: who made them
Link tracked_for(std::string_view tracking_app);                                             // of Jobs, workloads
Link object_with_uid(std::string_view uid);                                                  // of Jobs, workloads
Link pod_of_uid(std::string_view owner_uid);                                                 // of Pods, ReplicaSets
Link pod_of_owner(std::string_view owner_kind, std::string_view ns,
                  std::string_view owner_name);  // of Pods, ReplicaSets; a Deployment owns Pods through ReplicaSets

// Only what can run pods is ever looked for by its name.
bool runs_pods(const std::string& kind);

// What one object is to be found by.
std::vector<Link> links_of(const Application& app);
std::vector<Link> links_of(const Job& job);
std::vector<Link> links_of(const Workload& workload);
std::vector<Link> links_of(const Pod& pod);
std::vector<Link> links_of(const ReplicaSet& set);
// Everything else is looked up by name only.
template <class T>
std::vector<Link> links_of(const T& /*object*/) {
  return {};
}

class Links {
 public:
  void add(const std::vector<Link>& links, const Kept& kept);
  void remove(const std::vector<Link>& links, const Kept& kept);
  [[nodiscard]] std::vector<const Kept*> find(Link link) const;
  [[nodiscard]] std::size_t size() const { return by_link_.size(); }

 private:
  std::unordered_multimap<Link, const Kept*> by_link_;
};

}  // namespace refloat
