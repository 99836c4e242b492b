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
#include "model/playbook.h"
#include "model/vocabulary.h"
#include "postgres/pqxx_database.h"

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
  world.kube = std::move(connected->api);
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
