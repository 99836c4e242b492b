#include "cli/world.h"

#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/result.h"
#include "cli/engine.h"
#include "cli/options.h"
#include "cli/version.h"
#include "config/embedded.h"
#include "config/playbook_reader.h"
#include "kube/connect.h"
#include "kube/kube_api.h"
#include "kube/kube_by_cluster.h"
#include "model/destinations.h"
#include "model/playbook.h"
#include "model/vocabulary.h"
#include "postgres/pqxx_database.h"
#include "probe/destination_cluster.h"

namespace refloat {
namespace {

// kubectl takes a bare number as seconds and 0 as "no limit of my own"; so do we, with the client's default for 0.
Result<KubeOptions> kube_options(const Options& options) {
  const auto timeout = duration_flag("--request-timeout", options.request_timeout, Duration{0});
  if (!timeout) return timeout.error();
  KubeOptions kube;
  kube.kubeconfig = options.kubeconfig;
  kube.context = options.context;
  kube.ns = options.ns;
  kube.request_timeout = *timeout;
  kube.as.user = options.as;
  kube.as.groups = options.as_groups;
  kube.user_agent = std::string("refloat/") + program_version;
  kube.interactive = isatty(STDIN_FILENO) == 1;
  return kube;
}

// Of `[NAMESPACE/]SECRET`.
struct SecretName {
  std::string ns, name;
};

SecretName secret_name(const std::string& text) {
  const auto slash = text.find('/');
  return slash == std::string::npos ? SecretName{"argocd", text} : SecretName{text.substr(0, slash), text.substr(slash + 1)};
}

// What a person must mend, while the other clusters can be looked at.
bool is_about_the_secret(const Error& error) {
  return error.kind == ErrorKind::not_found || error.kind == ErrorKind::denied || error.kind == ErrorKind::invalid;
}

Result<> add_destination(const std::string& given, const std::shared_ptr<KubeApi>& own, const KubeOptions& options, World& world,
                         KubeByCluster& all) {
  const SecretName secret = secret_name(given);
  auto destination = connect_destination(own, secret.ns, secret.name, options, *world.clock);
  if (!destination) return destination.error();
  const Destinations known = all.destinations();
  for (const std::string& called : {destination->server, "name:" + destination->name}) {
    if (!known.cluster_of(called)) continue;
    return Error{ErrorKind::invalid,
                 "cluster Secret " + secret.ns + "/" + secret.name + ": its server or name is that of a cluster that is looked at already"};
  }
  world.clusters.push_back({destination->name, destination->client.origin, destination->namespaces});
  all.add(destination->name, destination->server, std::move(destination->client.api));
  return ok();
}

Result<> add_destinations(const std::vector<std::string>& given, const std::shared_ptr<KubeApi>& own, const KubeOptions& options,
                          World& world, KubeByCluster& all) {
  for (const std::string& each : given) {
    const Result<> added = add_destination(each, own, options, world, all);
    if (added) continue;
    if (!is_about_the_secret(added.error())) return added.error();
    world.left_out.push_back(added.error());
  }
  return ok();
}

}  // namespace

Result<World> open_world(const Options& options) {
  const auto kube = kube_options(options);
  if (!kube) return kube.error();
  World world;
  world.clock = std::make_unique<SystemClock>();
  auto connected = connect(*kube, *world.clock);
  if (!connected) return connected.error();
  world.in_cluster = connected->context == "in-cluster";
  world.cluster = connected->context + " (" + connected->api->server() + ")";
  const std::shared_ptr<KubeApi> own = std::move(connected->api);
  auto all = std::make_unique<KubeByCluster>(own);
  if (const Result<> added = add_destinations(options.destination_clusters, own, *kube, world, *all); !added) return added.error();
  world.kube = std::move(all);
  world.origin = connected->origin;
  world.default_namespace = connected->default_namespace;
  world.databases = std::make_unique<PqxxDatabase>();
  return world;
}

std::vector<Playbook> built_in_playbooks(const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  std::vector<Playbook> playbooks;
  for (const EmbeddedFile& file : embedded_files("playbooks/", "/playbook.yaml")) {
    auto playbook = read_playbook(std::string(file.text), std::string(file.path), vocabulary, diagnostics);
    if (playbook) playbooks.push_back(std::move(*playbook));
  }
  return playbooks;
}

}  // namespace refloat
