// The controller's part about what is watched, and where.
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "cache/watched.h"
#include "model/place.h"
#include "reconcile/controller.h"
#include "reconcile/own_objects.h"
#include "reconcile/playbook_catalogue.h"
#include "watch/watcher.h"

namespace refloat {

namespace {

// A Recovery says which Stack it is about; an edit of it wakes that Stack.
constexpr const char* stacks_plural = "stacks";
constexpr const char* recoveries_plural = "recoveries";
constexpr const char* playbooks_plural = "playbooks";
constexpr Watched argo_kinds[] = {Watched::application, Watched::project, Watched::application_set};
constexpr Watched workload_kinds[] = {Watched::job,
                                      Watched::pod,
                                      Watched::deployment,
                                      Watched::stateful_set,
                                      Watched::replica_set,
                                      Watched::claim,
                                      Watched::postgres_cluster,
                                      Watched::postgres_database,
                                      Watched::postgres_pooler};

std::vector<std::string> or_everywhere(const std::vector<std::string>& namespaces) {
  return namespaces.empty() ? std::vector<std::string>{""} : namespaces;
}

// Those of one cluster, as that calls them.
std::vector<std::string> chosen_in(const std::string& cluster, const std::vector<std::string>& namespaces) {
  std::vector<std::string> chosen;
  for (const std::string& ns : namespaces) {
    if (place_of(ns).cluster == cluster) chosen.push_back(place_of(ns).ns);
  }
  return chosen;
}

}  // namespace

void Controller::add_watches() {
  const auto own = [this](const char* plural, const std::string& selector, bool optional, const OwnObjectsHeard& heard) {
    for (const std::string& ns : or_everywhere(options_.application_namespaces)) {
      watcher_.add({.origin = origin_,
                    .resource = {"refloat.dev", "v1alpha1", plural, ns, "", ""},
                    .label_selector = selector,
                    .optional = optional},
                   std::make_shared<OwnObjects>(heard));
    }
  };
  own(stacks_plural, options_.stack_selector, false,
      {[this](const Json& object) { stack_changed(object); },
       [this](const Json& outline, const std::string& why) { stack_unreadable(outline, why); },
       [this](const std::string& name) { stack_gone(name); }});
  // Which Stack it is about stands where an outline has it, and its turn reads the rest.
  own(recoveries_plural, "", false,
      {[this](const Json& object) { recovery_changed(object); },
       [this](const Json& outline, const std::string&) { recovery_changed(outline); },
       [this](const std::string& name) { recovery_gone(name); }});
  // Without them there are the built-in ones: a fault of this one kind must not stop everything.
  own(playbooks_plural, "", true,
      {[this](const Json& object) { catalogue_.put(object); },
       [this](const Json& outline, const std::string& why) { catalogue_.put_unreadable(outline, why); },
       [this](const std::string& name) { catalogue_.remove(name); }});
  for (const Watched what : argo_kinds) watch_kind(what, options_.application_namespaces);
  for (const Watched what : workload_kinds) watch_kind(what, chosen_in("", options_.workload_namespaces));
  watch_kind(Watched::node, {});
  for (const WatchedCluster& cluster : options_.clusters) watch_cluster(cluster);
}

void Controller::watch_kind(Watched what, const std::vector<std::string>& namespaces) {
  watch_in({.destination = {}, .origin = origin_}, what, namespaces);
}

void Controller::watch_in(const WatchedCluster& cluster, Watched what, const std::vector<std::string>& namespaces) {
  for (const std::string& ns : or_everywhere(namespaces)) {
    watcher_.add({.origin = cluster.origin,
                  .cluster = cluster.destination.name,
                  .resource = resource_of(what, ns),
                  .built_in = is_built_in(what),
                  .optional = is_optional(what),
                  .rare = is_optional(what)},
                 store_.sink(what, namespace_in(cluster.destination.name, ns)));
  }
}

// What Argo CD puts there; its own objects are all in ours.
void Controller::watch_cluster(const WatchedCluster& cluster) {
  const std::vector<std::string> chosen = chosen_in(cluster.destination.name, options_.workload_namespaces);
  for (const Watched what : workload_kinds) watch_in(cluster, what, chosen.empty() ? cluster.destination.namespaces : chosen);
  if (cluster.destination.namespaces.empty()) watch_in(cluster, Watched::node, {});
}

}  // namespace refloat
