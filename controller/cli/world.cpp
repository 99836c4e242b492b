#include "cli/world.h"

#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/result.h"
#include "base/time.h"
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

// A Secret of a cluster is also read by threads that others wait for.
constexpr Duration secret_timeout = std::chrono::seconds(3);

// Of `[NAMESPACE/]SECRET`.
DestinationSecret secret_of(const std::string& given, const std::shared_ptr<KubeApi>& own, const KubeOptions& options) {
  const auto slash = given.find('/');
  const std::string ns = slash == std::string::npos ? "argocd" : given.substr(0, slash);
  return {own, ns, slash == std::string::npos ? given : given.substr(slash + 1), options.as};
}

Result<> add_destination(const DestinationSecret& secret, const KubeOptions& options, World& world, KubeByCluster& all) {
  const Result<DestinationCluster> read = read_destination_cluster(secret);
  if (!read) return read.error();
  const Destinations known = all.destinations();
  const Destination& destination = read->destination;
  if (known.cluster_of(destination.server) == "") {  // nothing to add but what it is called
    all.call_own(destination.name);
    return ok();
  }
  if (known.cluster_of(destination.server) || known.cluster_of("name:" + destination.name))
    return Error{ErrorKind::invalid, "cluster Secret " + secret.display() + ": its server or name is that of another one that is given"};
  Result<Connected> client = connect_destination(secret, *read, options, *world.clock);
  if (!client) return client.error();
  world.clusters.push_back({destination, client->origin});
  all.add(destination, std::move(client->api));
  return ok();
}

Result<> add_destinations(const Options& options, const KubeOptions& kube, World& world, KubeByCluster& all) {
  if (options.destination_clusters.empty()) return ok();
  KubeOptions quick = kube;
  quick.request_timeout = secret_timeout;
  Result<Connected> own = connect(quick, *world.clock);
  if (!own) return own.error();
  const std::shared_ptr<KubeApi> secrets = std::move(own->api);
  for (const std::string& given : options.destination_clusters) {
    const Result<> added = add_destination(secret_of(given, secrets, kube), kube, world, all);
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
  auto all = std::make_unique<KubeByCluster>(std::move(connected->api));
  if (const Result<> added = add_destinations(options, *kube, world, *all); !added) return added.error();
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
