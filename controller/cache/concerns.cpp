#include "cache/concerns.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cache/kept_objects.h"
#include "cache/links.h"
#include "cache/object_reader.h"
#include "cache/relevance.h"
#include "cache/watched.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/claim.h"
#include "model/cnpg.h"
#include "model/job.h"
#include "model/node.h"
#include "model/object_ref.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "model/workload.h"

namespace refloat {
namespace {

Concern concern_of(const Stack& stack) {
  return {Concern::Of::stack, stack.ns, stack.name};
}

// What decides on a Stack's slice.
bool same_objects(const Stack& a, const Stack& b) {
  return a.applications == b.applications && a.workload_namespace == b.workload_namespace && a.workload_selector == b.workload_selector &&
         cnpg_clusters_of(a) == cnpg_clusters_of(b);
}

}  // namespace

void Concerns::set_stacks(std::vector<Stack> stacks) {
  std::set<Name> wanted;
  for (const Stack& stack : stacks) wanted.emplace(stack.ns, stack.name);
  std::vector<Name> gone;
  for (const auto& [name, stack] : stacks_) {
    if (!wanted.contains(name)) gone.push_back(name);
  }
  for (const auto& [ns, name] : gone) remove_stack(ns, name);
  for (Stack& stack : stacks) put_stack(std::make_shared<const Stack>(std::move(stack)));
}

void Concerns::put_stack(std::shared_ptr<const Stack> stack) {
  Known& known = stacks_[{stack->ns, stack->name}];
  const Known before = std::exchange(known, std::move(stack));
  if (before) remove_from_index(*before);
  index(known);
  if (before && same_objects(*before, *known)) return;
  marked_.insert(concern_of(*known));
  if (before) mark_applications(*before);
  adopt_marked(*known);
}

void Concerns::remove_stack(const std::string& ns, const std::string& name) {
  const auto found = stacks_.find({ns, name});
  if (found == stacks_.end()) return;
  const Known before = found->second;
  stacks_.erase(found);
  remove_from_index(*before);
  marked_.erase(concern_of(*before));
  mark_applications(*before);
}

bool Concerns::in_stack(const std::string& ns, const std::string& application) const {
  return by_application_.contains({ns, application});
}

// They may now be in another Stack, or alone.
void Concerns::mark_applications(const Stack& stack) {
  for (const auto& [role, name] : stack.applications) {
    if (objects_.find(Watched::application, stack.ns, name) != nullptr) mark_application(stack.ns, name);
  }
}

// An Application inside a Stack is looked at with it.
void Concerns::adopt_marked(const Stack& stack) {
  for (const auto& [role, name] : stack.applications) {
    if (marked_.erase({Concern::Of::application, stack.ns, name}) > 0) marked_.insert(concern_of(stack));
  }
}

void Concerns::index(const Known& stack) {
  for (const auto& [role, name] : stack->applications) by_application_[{stack->ns, name}].push_back(concern_of(*stack));
  for (const PostgresClusterName& cluster : cnpg_clusters_of(*stack)) {
    by_postgres_cluster_[{cluster.ns, cluster.name}].push_back(concern_of(*stack));
  }
  if (!stack->workload_namespace.empty()) by_workload_namespace_[stack->workload_namespace].push_back(stack);
}

void Concerns::remove_from_index(const Stack& stack) {
  const auto remove_from = [&](std::map<Name, std::vector<Concern>>& concerned, const Name& of) {
    const auto found = concerned.find(of);
    if (found == concerned.end()) return;
    std::erase(found->second, concern_of(stack));
    if (found->second.empty()) concerned.erase(found);
  };
  for (const auto& [role, name] : stack.applications) remove_from(by_application_, {stack.ns, name});
  for (const PostgresClusterName& cluster : cnpg_clusters_of(stack)) {
    remove_from(by_postgres_cluster_, {cluster.ns, cluster.name});
  }
  const auto found = by_workload_namespace_.find(stack.workload_namespace);
  if (found == by_workload_namespace_.end()) return;
  std::erase_if(found->second, [&](const Known& each) { return concern_of(*each) == concern_of(stack); });
  if (found->second.empty()) by_workload_namespace_.erase(found);
}

void Concerns::mark_application(const std::string& ns, const std::string& name) {
  const auto found = by_application_.find({ns, name});
  if (found == by_application_.end()) {
    marked_.insert({Concern::Of::application, ns, name});
    return;
  }
  marked_.insert(found->second.begin(), found->second.end());
}

// "<app>", or "<ns>_<app>": a name holds no underscore.
void Concerns::mark_tracking(const std::string& tracking_app) {
  if (tracking_app.empty()) return;
  const auto underscore = tracking_app.find('_');
  const std::string name = underscore == std::string::npos ? tracking_app : tracking_app.substr(underscore + 1);
  for (const Kept* kept : objects_.linked(application_called(name))) mark_kept(*kept);
}

void Concerns::mark_naming(const std::string& kind, const ObjectRef& ref) {
  for (const Kept* kept : objects_.linked(application_naming(kind, ref.ns, ref.name))) mark_kept(*kept);
}

void Concerns::mark_selecting(const std::string& ns, const std::map<std::string, std::string>& labels) {
  const auto found = by_workload_namespace_.find(ns);
  if (found == by_workload_namespace_.end()) return;
  for (const Known& stack : found->second) {
    if (selected(stack->workload_selector, labels)) marked_.insert(concern_of(*stack));
  }
}

void Concerns::mark_owner(const std::string& uid) {
  if (uid.empty()) return;
  for (const Kept* kept : objects_.linked(object_with_uid(uid))) mark_kept(*kept);
}

void Concerns::mark_kept(const Kept& kept) {
  switch (kept.what) {
    case Watched::application: {
      const ObjectRef ref = objects_.whose(kept);
      return mark_application(ref.ns, ref.name);
    }
    case Watched::job: return mark(objects_.decode<Job>(kept));
    case Watched::deployment:
    case Watched::stateful_set: return mark(objects_.decode<Workload>(kept));
    default: return;  // nothing leads to the others
  }
}

void Concerns::mark(const Application& app) {
  mark_application(app.ref.ns, app.ref.name);
}

// Rare, and only when its sync windows have changed: then it does concern every Application in it.
void Concerns::mark(const WatchedProject& project) {
  for (const auto& [ns, named] : objects_.all(Watched::application)) {
    for (const auto& [name, kept] : named) {
      const auto app = objects_.decode<Application>(kept);
      if (project_name_of(app) == project.ref.name) mark_application(ns, name);
    }
  }
}

void Concerns::mark(const Job& job) {
  mark_tracking(job.tracking_app);
  mark_naming("Job", job.ref);
}

void Concerns::mark(const Workload& workload) {
  mark_tracking(workload.tracking_app);
  mark_naming(workload.ref.kind, workload.ref);
  mark_selecting(workload.ref.ns, workload.labels);
}

void Concerns::mark(const Pod& pod) {
  mark_selecting(pod.ref.ns, pod.labels);
  mark_owner(pod.owner_uid);
  if (pod.owner_kind == "Job") mark_naming("Job", {"Job", pod.ref.ns, pod.owner_name, {}});
  if (pod.owner_kind != "ReplicaSet") return;
  const Kept* owner = objects_.find(Watched::deployment, pod.ref.ns, deployment_of_replica_set(pod.owner_name));
  if (owner != nullptr) mark_kept(*owner);
}

void Concerns::mark(const ReplicaSet& set) {
  if (!uses(ObjectKind::replica_sets)) return;
  mark_owner(set.owner_uid);
  const Kept* owner = objects_.find(Watched::deployment, set.ref.ns, set.owner_name);
  if (owner != nullptr) mark_kept(*owner);
}

// What may go where is asked by all; taints change rarely.
void Concerns::mark(const Node& /*node*/) {
  if (uses(ObjectKind::nodes)) mark_all();
}

// Any claim of a namespace may be the one that a pod there waits for; they change only when they are bound or go.
void Concerns::mark(const Claim& claim) {
  if (!uses(ObjectKind::claims)) return;
  if (const auto found = by_workload_namespace_.find(claim.ref.ns); found != by_workload_namespace_.end()) {
    for (const Known& stack : found->second) marked_.insert(concern_of(*stack));
  }
  for (const auto& [ns, named] : objects_.all(Watched::application)) {
    for (const auto& [name, kept] : named) {
      const auto app = objects_.decode<Application>(kept);
      const bool owns =
          std::any_of(app.resources.begin(), app.resources.end(), [&](const OwnedResource& row) { return row.ns == claim.ref.ns; });
      if (owns || app.destination_namespace == claim.ref.ns) mark_application(ns, name);
    }
  }
}

void Concerns::mark(const ApplicationSet& set) {
  if (!uses(ObjectKind::application_sets)) return;
  for (const Kept* kept : objects_.linked(application_of_set(set.ref.ns, set.ref.name))) mark_kept(*kept);
}

void Concerns::mark_cluster(const std::string& ns, const std::string& cluster) {
  const auto found = by_postgres_cluster_.find({ns, cluster});
  if (found != by_postgres_cluster_.end()) marked_.insert(found->second.begin(), found->second.end());
}

void Concerns::mark(const PostgresCluster& cluster) {
  mark_cluster(cluster.ref.ns, cluster.ref.name);
}

void Concerns::mark(const PostgresDatabase& database) {
  if (uses(ObjectKind::postgres_databases)) mark_cluster(database.ref.ns, database.cluster);
}

void Concerns::mark(const PostgresPooler& pooler) {
  if (uses(ObjectKind::postgres_databases)) mark_cluster(pooler.ref.ns, pooler.cluster);
}

void Concerns::mark_all() {
  for (const auto& [name, stack] : stacks_) marked_.insert(concern_of(*stack));
  for (const auto& [ns, named] : objects_.all(Watched::application)) {
    for (const auto& [name, kept] : named) mark_application(ns, name);
  }
}

void Concerns::mark_namespaces(const std::set<std::string>& of_stacks, const std::set<std::string>& of_applications) {
  for (const auto& [name, stack] : stacks_) {
    if (of_stacks.contains(stack->ns)) marked_.insert(concern_of(*stack));
  }
  for (const std::string& ns : of_applications) {
    for (const auto& [name, kept] : objects_.in_namespace(Watched::application, ns)) mark_application(ns, name);
  }
}

std::vector<Concern> Concerns::take() {
  std::vector<Concern> taken(marked_.begin(), marked_.end());
  marked_.clear();
  return taken;
}

}  // namespace refloat
