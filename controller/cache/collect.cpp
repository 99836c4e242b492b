#include "cache/collect.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "argo/client/application.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "cache/gap.h"
#include "cache/missing_hooks.h"
#include "cache/postgres_clusters.h"
#include "cache/relevance.h"
#include "kube/cnpg_objects.h"
#include "kube/kube_api.h"
#include "kube/objects.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/cnpg.h"
#include "model/cnpg_hosts.h"
#include "model/destinations.h"
#include "model/place.h"
#include "model/project.h"
#include "model/snapshot.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

constexpr const char* argo_group = "argoproj.io";
constexpr const char* argo_version = "v1alpha1";
constexpr const char* postgres_group = "postgresql.cnpg.io";

struct Kind {
  const char* group;
  const char* version;
  const char* plural;
};

// One collection: fills a Snapshot kind by kind.
class Collection {
 public:
  Collection(KubeApi& api, const CollectScope& scope, Seen& seen, const Clock& clock)
      : api_(api), destinations_(api.destinations()), scope_(scope), seen_(seen), started_at_(clock.now()) {
    snapshot_.cluster = api.server();
    snapshot_.taken_at = started_at_;
  }

  Result<Snapshot> run() {
    for (const auto& step :
         {&Collection::read_applications, &Collection::read_projects, &Collection::read_application_sets, &Collection::read_objects,
          &Collection::read_nodes, &Collection::read_postgres_clusters, &Collection::read_postgres_databases}) {
      if (Result<> done = (this->*step)(); !done) return done.error();
    }
    note_missing_hooks(snapshot_, seen_);
    return std::move(snapshot_);
  }

 private:
  using Take = std::function<void(const Json&)>;

  // Lists and hands over each object; a kind that may not be listed is noted, and the rest goes on.
  Result<bool> read_list(const Resource& resource, const Take& take) {
    const Result<ObjectList> list = api_.list(resource, {});
    if (!list) {
      const std::optional<Unexamined> gap = as_gap(resource, list.error());
      if (!gap) return list.error().wrap("list " + qualified(resource) + " " + where(resource.ns));
      snapshot_.unexamined.push_back(*gap);
      return false;
    }
    for (const Json& item : list->items) take(item);
    return true;
  }

  [[nodiscard]] bool uses(ObjectKind kind) const { return scope_.objects.contains(kind); }

  Result<> read_applications() {
    if (scope_.stack != nullptr) {
      const Result<bool> got = get_applications();
      if (!got || *got) return got ? ok() : Result<>(got.error());
    }
    return list_applications();
  }

  // By name: a Stack names a few, and its namespace may hold thousands. False = one is missing or may not be read: the list says more.
  Result<bool> get_applications() {
    std::set<std::string> names;
    for (const auto& [role, name] : scope_.stack->applications) names.insert(name);
    std::vector<Json> found;
    for (const std::string& name : names) {
      Result<Json> object = api_.get({argo_group, argo_version, "applications", scope_.stack->ns, name, {}});
      if (!object && (object.error().kind == ErrorKind::denied || object.error().kind == ErrorKind::not_found)) return false;
      if (!object) return object.error().wrap("get Application " + name);
      found.push_back(std::move(*object));
    }
    std::vector<std::string> taken;
    for (const Json& object : found) take_application(object, taken);
    return true;
  }

  Result<> list_applications() {
    std::vector<std::string> namespaces = scope_.application_namespaces;
    if (scope_.stack != nullptr) namespaces = {scope_.stack->ns};
    if (namespaces.empty()) namespaces.emplace_back();
    std::sort(namespaces.begin(), namespaces.end());
    namespaces.erase(std::unique(namespaces.begin(), namespaces.end()), namespaces.end());
    for (const std::string& ns : namespaces) {
      std::vector<std::string> names;
      const Result<bool> listed =
          read_list({argo_group, argo_version, "applications", ns, {}, {}}, [&](const Json& object) { take_application(object, names); });
      if (!listed) return listed.error();
      if (*listed) note_absent(names);
    }
    return ok();
  }

  void take_application(const Json& object, std::vector<std::string>& names) {
    Application app = parse_application(object);
    names.push_back(app.ref.name);
    if (scope_.stack != nullptr && scope_.stack->role_of(app.ref.name).empty()) return;
    app.unchanged_since = seen_.first_seen(app.ref.uid, app.resource_version, started_at_);
    destinations_.settle(app);
    if (app.elsewhere) snapshot_.unexamined.push_back(objects_elsewhere(app));
    wanted_projects_[argo_namespace_of(app)].insert(project_name_of(app));
    snapshot_.applications.push_back(std::move(app));
  }

  void note_absent(const std::vector<std::string>& names) {
    if (scope_.stack == nullptr) return;
    for (const auto& [role, name] : scope_.stack->applications) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      const std::string near = nearest(name, names);
      snapshot_.unexamined.push_back({"Application " + name + " (" + role + ")",
                                      "not found in namespace " + scope_.stack->ns + (near.empty() ? "" : "; did you mean " + near + "?"),
                                      ErrorKind::not_found});
    }
  }

  Result<> read_projects() {
    for (auto& [ns, wanted] : wanted_projects_) {
      const Result<bool> listed = read_list({argo_group, argo_version, "appprojects", ns, {}, {}}, [&](const Json& object) {
        AppProject project = parse_project(object);
        if (wanted.erase(project.name) > 0) snapshot_.projects.push_back(std::move(project));
      });
      if (!listed) return listed.error();
      if (!*listed) continue;
      for (const std::string& name : wanted) {
        snapshot_.unexamined.push_back(
            {"AppProject " + name, "not found in namespace " + ns + ", so its sync windows are unknown", ErrorKind::not_found});
      }
    }
    leave_out_refused(destinations_, snapshot_);
    return ok();
  }

  Result<> read_application_sets() {
    if (!uses(ObjectKind::application_sets)) return ok();
    std::map<std::string, std::set<std::string>> wanted;
    for (const Application& app : snapshot_.applications) {
      if (!app.owner_set.empty()) wanted[app.ref.ns].insert(app.owner_set);
    }
    for (const auto& [ns, names] : wanted) {
      const auto take = [&, mine = &names](const Json& object) {
        ApplicationSet set = parse_application_set(object);
        if (mine->contains(set.ref.name)) snapshot_.application_sets.push_back(std::move(set));
      };
      const Result<bool> listed = read_list({argo_group, argo_version, "applicationsets", ns, {}, {}}, take);
      if (!listed) return listed.error();
    }
    return ok();
  }

  Result<> read_nodes() {
    if (!uses(ObjectKind::nodes)) return ok();
    for (const std::string& cluster : clusters_of(snapshot_.applications)) {
      const std::string everywhere = namespace_in(cluster, "");
      const Result<bool> listed = read_list({"", "v1", "nodes", everywhere, {}, {}}, [&](const Json& object) {
        snapshot_.nodes.push_back(parse_node(object));
        snapshot_.nodes.back().ref.ns = everywhere;
      });
      if (!listed) return listed.error();
    }
    return ok();
  }

  Result<> read_postgres_clusters() {
    if (scope_.stack == nullptr) return ok();
    collect_postgres_clusters(api_, clusters_to_ask(*scope_.stack, snapshot_), seen_, started_at_, snapshot_);
    return ok();
  }

  Result<> read_postgres_databases() {
    if (scope_.stack == nullptr || !uses(ObjectKind::postgres_databases)) return ok();
    const std::set<PostgresClusterName> clusters = clusters_to_ask(*scope_.stack, snapshot_);
    std::set<std::string> namespaces;
    for (const PostgresClusterName& cluster : clusters) namespaces.insert(cluster.ns);
    for (const std::string& ns : namespaces) {
      const auto keep_in = [&clusters, &ns](auto& kept, auto parse) {
        return [&clusters, &ns, &kept, parse](const Json& object) {
          auto parsed = parse(object);
          parsed.ref.ns = ns;
          if (clusters.contains({ns, parsed.cluster})) kept.push_back(std::move(parsed));
        };
      };
      const Take database = keep_in(snapshot_.postgres_databases, [](const Json& object) { return parse_postgres_database(object); });
      const Take pooler = keep_in(snapshot_.postgres_poolers, [](const Json& object) { return parse_postgres_pooler(object); });
      for (const auto& [plural, take] : {std::pair{"databases", &database}, std::pair{"poolers", &pooler}}) {
        const Result<bool> listed = read_optional_list({postgres_group, "v1", plural, ns, {}, {}}, *take);
        if (!listed) return listed.error();
      }
    }
    return ok();
  }

  // A kind that is not installed has no objects.
  Result<bool> read_optional_list(const Resource& resource, const Take& take) {
    const std::size_t before = snapshot_.unexamined.size();
    const Result<bool> listed = read_list(resource, take);
    if (listed && !*listed && snapshot_.unexamined.back().kind == ErrorKind::not_found) snapshot_.unexamined.resize(before);
    return listed;
  }

  Result<> read_objects() {
    std::vector<Application> here;
    std::copy_if(snapshot_.applications.begin(), snapshot_.applications.end(), std::back_inserter(here),
                 [](const Application& app) { return !app.elsewhere; });
    Relevance relevance(here, scope_.stack);
    if (auto refused = relevance.refused_namespace()) snapshot_.unexamined.push_back(std::move(*refused));
    for (const std::string& ns : relevance.namespaces()) {
      if (Result<> done = read_namespace(ns, relevance); !done) return done;
    }
    return ok();
  }

  // Owners before Pods: a Pod matters through its owner.
  Result<> read_namespace(const std::string& ns, Relevance& relevance) {
    const auto keep_in = [&relevance, &ns](auto& kept, auto parse) {
      return [&relevance, &ns, &kept, parse](const Json& object) {
        auto parsed = parse(object);
        parsed.ref.ns = ns;  // of its cluster
        if (relevance.keep(parsed)) kept.push_back(std::move(parsed));
      };
    };
    std::vector<std::pair<Kind, Take>> kinds = {
        {{"batch", "v1", "jobs"}, keep_in(snapshot_.jobs, [](const Json& object) { return parse_job(object); })},
        {{"apps", "v1", "deployments"}, keep_in(snapshot_.workloads, [](const Json& object) { return parse_workload(object); })},
        {{"apps", "v1", "statefulsets"}, keep_in(snapshot_.workloads, [](const Json& object) { return parse_workload(object); })},
    };
    if (uses(ObjectKind::replica_sets)) {
      const auto parse = [](const Json& object) { return parse_replica_set(object); };
      kinds.push_back({{"apps", "v1", "replicasets"}, keep_in(snapshot_.replica_sets, parse)});
    }
    if (uses(ObjectKind::claims)) {
      kinds.push_back({{"", "v1", "persistentvolumeclaims"}, [this, &ns](const Json& object) {
                         snapshot_.claims.push_back(parse_claim(object));
                         snapshot_.claims.back().ref.ns = ns;
                       }});
    }
    kinds.push_back({{"", "v1", "pods"}, keep_in(snapshot_.pods, [](const Json& object) { return parse_pod(object); })});
    for (const auto& [kind, take] : kinds) {
      const Result<bool> listed = read_list({kind.group, kind.version, kind.plural, ns, {}, {}}, take);
      if (!listed) return listed.error();
    }
    return ok();
  }

  KubeApi& api_;
  const Destinations destinations_;
  const CollectScope& scope_;
  Seen& seen_;
  Time started_at_;
  Snapshot snapshot_;
  std::map<std::string, std::set<std::string>> wanted_projects_;  // by the namespace they are looked up in
};

}  // namespace

Result<Snapshot> collect(KubeApi& api, const CollectScope& scope, Seen& seen, const Clock& clock) {
  return Collection(api, scope, seen, clock).run();
}

}  // namespace refloat
