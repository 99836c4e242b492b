// Which of a namespace's objects matter to the Applications that are looked at. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/application.h"
#include "model/job.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/workload.h"

namespace refloat {

// True when every pair of a non-empty selector is among the labels.
bool selected(const std::map<std::string, std::string>& selector, const std::map<std::string, std::string>& labels);

// The Deployment that a ReplicaSet belongs to by its name, or "".
std::string deployment_of_replica_set(const std::string& replica_set);

// Where these deploy to, as far as it is looked at: "" = our own cluster.
std::set<std::string> clusters_of(const std::vector<Application>& applications);

// Decides object by object; Jobs and workloads are asked before Pods, because a Pod matters through its owner.
class Relevance {
 public:
  // `stack` may be null: then only what the Applications own matters.
  Relevance(const std::vector<Application>& applications, const Stack* stack);

  // Why the Stack's own namespace is not looked into, if so: whoever may write a Stack may not thereby look, or act, anywhere.
  [[nodiscard]] std::optional<Unexamined> refused_namespace() const;
  // Namespaces of this cluster where such objects live.
  [[nodiscard]] const std::set<std::string>& namespaces() const { return namespaces_; }
  // Tracked by an Application, or named by it as a resource or hook. Remembers the Job for its pods.
  bool keep(const Job& job);
  // Tracked or named by an Application, or matching the Stack's selector. Remembers it for its pods.
  bool keep(const Workload& workload);
  // Of a Deployment that was kept.
  [[nodiscard]] bool keep(const ReplicaSet& set) const;
  // Matching the Stack's selector, or owned by what was kept or by a Job that an Application still names.
  [[nodiscard]] bool keep(const Pod& pod) const;

 private:
  using Key = std::string;  // "Kind/ns/name"
  [[nodiscard]] bool tracked(const std::string& tracking_app, const std::string& ns) const;
  [[nodiscard]] bool in_selection(const std::string& ns, const std::map<std::string, std::string>& labels) const;

  const std::vector<Application>& applications_;
  const Stack* stack_;
  bool may_select_ = false;  // one of the Applications deploys into the Stack's namespace
  std::set<std::string> namespaces_;
  std::set<Key> named_;           // by an Application's status
  std::set<std::string> owners_;  // uids of kept Jobs and StatefulSets
  std::set<Key> deployments_;     // "ns/name" of kept Deployments
};

}  // namespace refloat
