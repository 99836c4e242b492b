#include "cache/slice.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cache/gap.h"
#include "cache/kept_objects.h"
#include "cache/links.h"
#include "cache/object_reader.h"
#include "cache/relevance.h"
#include "cache/watched.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/cnpg.h"
#include "model/job.h"
#include "model/object_ref.h"
#include "model/place.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "model/workload.h"

namespace refloat {
namespace {

// Objects of one kind in one namespace that may matter, in the API server's order.
using Candidates = std::map<std::string, const Kept*>;  // by name

std::string_view kind_of(Watched what) {
  return what == Watched::job ? "Job" : what == Watched::deployment ? "Deployment" : "StatefulSet";
}

class Slice {
 public:
  Slice(const SliceSource& source, const Stack* stack) : source_(source), objects_(source.objects), stack_(stack) {
    snapshot_.cluster = source.destinations.server();
    snapshot_.taken_at = source.now;
  }

  Snapshot run(const std::string& ns, const std::set<std::string>& names) {
    if (readable(Watched::application, ns)) read_applications(ns, names);
    read_projects();
    leave_out_refused(source_.destinations, snapshot_);
    if (uses(ObjectKind::application_sets)) read_application_sets();
    read_objects();
    if (uses(ObjectKind::nodes)) {
      for (const std::string& cluster : clusters_of(snapshot_.applications))
        read_all(Watched::node, namespace_in(cluster, ""), snapshot_.nodes);
    }
    if (stack_ != nullptr) read_postgres();
    return std::move(snapshot_);
  }

 private:
  bool readable(Watched what, const std::string& ns) {
    const std::optional<Unexamined> gap = source_.gap(what, ns);
    if (gap) snapshot_.unexamined.push_back(*gap);
    return !gap;
  }

  [[nodiscard]] bool uses(ObjectKind kind) const { return source_.in_use.contains(kind); }

  template <class T>
  void read_all(Watched what, const std::string& ns, std::vector<T>& into) {
    if (!readable(what, ns)) return;
    for (const auto& [name, kept] : objects_.in_namespace(what, ns)) into.push_back(objects_.decode<T>(kept));
  }

  void read_application_sets() {
    std::map<std::string, std::set<std::string>> wanted;
    for (const Application& app : snapshot_.applications) {
      if (!app.owner_set.empty()) wanted[app.ref.ns].insert(app.owner_set);
    }
    for (const auto& [ns, names] : wanted) {
      if (!readable(Watched::application_set, ns)) continue;
      for (const std::string& name : names) {
        const Kept* kept = objects_.find(Watched::application_set, ns, name);
        if (kept != nullptr) snapshot_.application_sets.push_back(objects_.decode<ApplicationSet>(*kept));
      }
    }
  }

  void read_postgres() {
    const std::set<PostgresClusterName> clusters = cnpg_clusters_of(*stack_);
    std::set<std::string> namespaces;
    for (const PostgresClusterName& cluster : clusters) {
      namespaces.insert(cluster.ns);
      const Kept* kept = objects_.find(Watched::postgres_cluster, cluster.ns, cluster.name);
      if (kept != nullptr) snapshot_.postgres_clusters.push_back(objects_.decode<PostgresCluster>(*kept));
    }
    if (!uses(ObjectKind::postgres_databases)) return;
    const auto of_another = [&](const auto& object) { return !clusters.contains({object.ref.ns, object.cluster}); };
    for (const std::string& ns : namespaces) {
      read_all(Watched::postgres_database, ns, snapshot_.postgres_databases);
      read_all(Watched::postgres_pooler, ns, snapshot_.postgres_poolers);
    }
    std::erase_if(snapshot_.postgres_databases, of_another);
    std::erase_if(snapshot_.postgres_poolers, of_another);
  }

  void read_applications(const std::string& ns, const std::set<std::string>& names) {
    for (const std::string& name : names) {
      if (const Kept* kept = objects_.find(Watched::application, ns, name)) take_application(objects_.decode<Application>(*kept));
    }
    if (stack_ == nullptr) return;
    for (const auto& [role, name] : stack_->applications) {
      if (objects_.find(Watched::application, ns, name) != nullptr) continue;
      const std::string near = source_.nearest_application(ns, name);
      snapshot_.unexamined.push_back({"Application " + name + " (" + role + ")",
                                      "not found in namespace " + ns + (near.empty() ? "" : "; did you mean " + near + "?"),
                                      ErrorKind::not_found});
    }
  }

  void take_application(Application app) {
    if (app.elsewhere) snapshot_.unexamined.push_back(objects_elsewhere(app));
    wanted_projects_[argo_namespace_of(app)].insert(project_name_of(app));
    snapshot_.applications.push_back(std::move(app));
  }

  void read_projects() {
    for (const auto& [ns, wanted] : wanted_projects_) {
      if (!readable(Watched::project, ns)) continue;
      std::vector<std::string> absent;
      for (const std::string& name : wanted) {
        const Kept* kept = objects_.find(Watched::project, ns, name);
        if (kept == nullptr) absent.push_back(name);
        if (kept != nullptr) snapshot_.projects.push_back(objects_.decode<WatchedProject>(*kept).project);
      }
      for (const std::string& name : absent) {
        snapshot_.unexamined.push_back(
            {"AppProject " + name, "not found in namespace " + ns + ", so its sync windows are unknown", ErrorKind::not_found});
      }
    }
  }

  void read_objects() {
    std::vector<Application> here;
    std::copy_if(snapshot_.applications.begin(), snapshot_.applications.end(), std::back_inserter(here),
                 [](const Application& app) { return !app.elsewhere; });
    Relevance relevance(here, stack_);
    if (auto refused = relevance.refused_namespace()) snapshot_.unexamined.push_back(std::move(*refused));
    for (const std::string& ns : relevance.namespaces()) read_namespace(ns, here, relevance);
  }

  // Owners before what they own: a pod is relevant by its Job or workload.
  void read_namespace(const std::string& ns, const std::vector<Application>& here, Relevance& relevance) {
    if (readable(Watched::job, ns)) take<Job>(owned_by(here, Watched::job, ns), relevance, snapshot_.jobs);
    for (const Watched what : {Watched::deployment, Watched::stateful_set}) {
      if (readable(what, ns)) take<Workload>(owned_by(here, what, ns), relevance, snapshot_.workloads);
    }
    if (uses(ObjectKind::replica_sets) && readable(Watched::replica_set, ns)) {
      take<ReplicaSet>(owned_by_workloads(Watched::replica_set, ns), relevance, snapshot_.replica_sets);
    }
    if (uses(ObjectKind::claims)) read_all(Watched::claim, ns, snapshot_.claims);
    if (readable(Watched::pod, ns)) take<Pod>(pods_of(here, ns), relevance, snapshot_.pods);
  }

  template <class T>
  void take(const Candidates& candidates, Relevance& relevance, std::vector<T>& into) {
    for (const auto& [name, kept] : candidates) {
      T object = objects_.decode<T>(*kept);
      if (relevance.keep(object)) into.push_back(std::move(object));
    }
  }

  void add(Candidates& candidates, const Kept* kept, Watched what, const std::string& ns) const {
    if (kept == nullptr || kept->what != what) return;
    ObjectRef ref = objects_.whose(*kept);
    if (ref.ns == ns) candidates.emplace(std::move(ref.name), kept);
  }

  void add_linked(Candidates& candidates, Link link, Watched what, const std::string& ns) const {
    for (const Kept* kept : objects_.linked(link)) add(candidates, kept, what, ns);
  }

  // What a selector may choose is all there is in its namespace.
  [[nodiscard]] bool selects_in(const std::string& ns) const {
    return stack_ != nullptr && stack_->workload_namespace == ns && !stack_->workload_selector.empty();
  }
  void add_all(Candidates& candidates, Watched what, const std::string& ns) const {
    for (const auto& [name, kept] : objects_.in_namespace(what, ns)) candidates.emplace(name, &kept);
  }

  [[nodiscard]] Candidates owned_by(const std::vector<Application>& apps, Watched what, const std::string& ns) const {
    Candidates candidates;
    if (what != Watched::job && selects_in(ns)) add_all(candidates, what, ns);
    for (const Application& app : apps) {
      add_linked(candidates, tracked_for(app.ref.name), what, ns);
      add_linked(candidates, tracked_for(app.ref.ns + "_" + app.ref.name), what, ns);
      each_named(app, kind_of(what), ns, [&](const std::string& name) { add(candidates, objects_.find(what, ns, name), what, ns); });
    }
    return candidates;
  }

  // Calls visit(name) for everything of a kind in the namespace that the Application names.
  template <class Visit>
  static void each_named(const Application& app, std::string_view kind, const std::string& ns, Visit visit) {
    const auto meant = [&](const auto& row) { return row.kind == kind && (row.ns.empty() ? app.destination_namespace : row.ns) == ns; };
    for (const OwnedResource& row : app.resources) {
      if (meant(row)) visit(row.name);
    }
    if (!app.operation) return;
    for (const SyncedResource& row : app.operation->resources) {
      if (meant(row)) visit(row.name);
    }
  }

  // Through their owners, which are already kept.
  [[nodiscard]] Candidates owned_by_workloads(Watched what, const std::string& ns) const {
    Candidates candidates;
    for (const Workload& workload : snapshot_.workloads) {
      add_linked(candidates, pod_of_uid(workload.ref.uid), what, ns);
      add_linked(candidates, pod_of_owner("Deployment", workload.ref.ns, workload.ref.name), what, ns);
    }
    return candidates;
  }

  // Jobs and workloads of this namespace and those before are already kept.
  [[nodiscard]] Candidates pods_of(const std::vector<Application>& apps, const std::string& ns) const {
    Candidates candidates = owned_by_workloads(Watched::pod, ns);
    if (selects_in(ns)) add_all(candidates, Watched::pod, ns);
    for (const Job& job : snapshot_.jobs) add_linked(candidates, pod_of_uid(job.ref.uid), Watched::pod, ns);
    for (const Application& app : apps) {
      each_named(app, "Job", ns, [&](const std::string& name) { add_linked(candidates, pod_of_owner("Job", ns, name), Watched::pod, ns); });
    }
    return candidates;
  }

  const SliceSource& source_;
  const KeptObjects& objects_;
  const Stack* stack_;
  Snapshot snapshot_;
  std::map<std::string, std::set<std::string>> wanted_projects_;  // by the namespace they are looked up in
};

}  // namespace

Snapshot slice_of_stack(const SliceSource& source, const Stack& stack) {
  std::set<std::string> names;
  for (const auto& [role, name] : stack.applications) names.insert(name);
  return Slice(source, &stack).run(stack.ns, names);
}

Snapshot slice_of_application(const SliceSource& source, const std::string& ns, const std::string& name) {
  return Slice(source, nullptr).run(ns, {name});
}

}  // namespace refloat
