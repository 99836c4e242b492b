#include "reconcile/controller.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/health_server.h"
#include "cli/inputs.h"
#include "cli/json_log.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/version.h"
#include "journal/holder.h"
#include "kube/stream_loop.h"
#include "model/place.h"
#include "reconcile/metered_databases.h"
#include "reconcile/metered_kube.h"
#include "reconcile/reconcile.h"
#include "report/metrics.h"

namespace refloat {
namespace {

struct ControllerFlags {
  std::string listen = ":8080";
  std::string lease_namespace;
  std::string lease_name = "refloat-controller";
  std::string selector;
  int workers = 4;
  std::string resync;
  std::string recheck;
  int storm = FleetLimits{}.aground_max;
  std::vector<std::string> namespaces;
  std::vector<std::string> workload_namespaces;
};

// A cluster that is left out is nobody's mistake here.
Result<> check_cluster(const std::string& ns, const World& world) {
  const std::string cluster = place_of(ns).cluster;
  const bool known =
      std::any_of(world.clusters.begin(), world.clusters.end(), [&](const WatchedCluster& c) { return c.destination.name == cluster; });
  if (cluster.empty() || known || !world.left_out.empty()) return ok();
  return Error{ErrorKind::invalid, "--workload-namespace: no destination cluster is called " + printable(cluster, 100),
               "name its cluster Secret by --destination-cluster; the name is the one that Argo CD shows"};
}

Result<ControllerOptions> controller_options(const ControllerFlags& flags, const World& world) {
  ControllerOptions options;
  const auto resync = duration_flag("--resync", flags.resync, options.rules.resync);
  if (!resync) return resync.error();
  const auto recheck = duration_flag("--recheck", flags.recheck, options.rules.recheck);
  if (!recheck) return recheck.error();
  options.rules = {*resync, *recheck};
  options.workers = flags.workers;
  options.stack_selector = flags.selector;
  options.fleet.aground_max = flags.storm;
  options.application_namespaces = flags.namespaces;
  options.workload_namespaces = flags.workload_namespaces;
  options.clusters = world.clusters;
  for (const std::string& ns : flags.workload_namespaces) {
    if (const Result<> known = check_cluster(ns, world); !known) return known.error();
  }
  const std::string ns = flags.lease_namespace.empty() ? world.default_namespace : flags.lease_namespace;
  options.lease = {.ns = ns, .name = flags.lease_name, .holder = own_identity()};
  return options;
}

HealthServer::Pages pages_of(Controller& controller, Metrics& metrics) {
  const auto readiness = [&controller] {
    const std::string why = controller.not_ready();
    return why.empty() ? HttpAnswer{200, "ok\n"} : HttpAnswer{503, why + "\n"};
  };
  const auto text = [&controller, &metrics] {
    controller.measure();
    return HttpAnswer{200, metrics.render()};
  };
  return {{"/healthz", [] { return HttpAnswer{200, "ok\n"}; }}, {"/readyz", readiness}, {"/metrics", text}};
}

// One whose Secret cannot be used must not keep the controller from the others.
void tell_destinations(const World& world, JsonLog& log, Metrics& metrics) {
  metrics.set("refloat_destination_clusters", {{"state", "watched"}}, static_cast<double>(world.clusters.size()));
  metrics.set("refloat_destination_clusters", {{"state", "left_out"}}, static_cast<double>(world.left_out.size()));
  for (const WatchedCluster& cluster : world.clusters) log("destination cluster", {{"name", cluster.destination.name}});
  for (const Error& error : world.left_out) log("destination cluster left out", {{"why", error.message}, {"hint", error.hint}});
}

int run_controller(Session& session, const ControllerFlags& flags, World& world, const Inputs& inputs) {
  const auto options = controller_options(flags, world);
  if (!options) return fail(session.console, options.error());
  Metrics metrics;
  metrics.set("refloat_build_info", {{"version", program_version}}, 1);
  StreamLoop loop;
  JsonLog log(session.console.err, *world.clock, options->lease.holder);
  MeteredKube kube(*world.kube, metrics);
  MeteredDatabases databases(*world.databases, metrics);
  Controller controller({kube, databases, *world.clock}, world.origin, loop, inputs, *options, metrics,
                        [&log](const std::string& event, const Json& fields) { log(event, fields); });
  const auto server = HealthServer::start(flags.listen, pages_of(controller, metrics));
  if (!server) return fail(session.console, server.error());
  const SignalGuard signals;
  log("started", {{"version", program_version}, {"cluster", world.cluster}, {"playbooks", inputs.playbooks.size()}});
  tell_destinations(world, log, metrics);
  std::stop_source stop;
  std::jthread worker([&] { controller.run(stop.get_token()); });
  while (!interrupted()) world.clock->wait_until(world.clock->now() + std::chrono::seconds(1));
  log("stopping", {});
  stop.request_stop();
  worker.join();
  log("stopped", {});
  return 0;
}

// Playbooks and addresses; the Stacks come from the cluster, as they come and go.
Result<Inputs> controller_inputs(Session& session, World& world) {
  Inputs inputs;
  auto playbooks = load_playbooks(session);
  if (!playbooks) return Error{ErrorKind::invalid, "playbooks: not usable", "correct what is listed above"};
  inputs.playbooks = std::move(*playbooks);
  auto probe = probe_options(session.options, world);
  if (!probe) return probe.error();
  inputs.probe = std::move(*probe);
  for (const auto& [name, address] : inputs.probe.addresses) {  // Stacks come and go: a bare name would mean all of them
    if (name.find('/') != std::string::npos) continue;
    return Error{ErrorKind::invalid, "--database-address: " + printable(name, 100) + " names a database of any Stack",
                 "say whose: STACK/" + printable(name, 100) + "=HOST:PORT"};
  }
  return inputs;
}

int controller_flow(Session& session, const ControllerFlags& flags) {
  auto world = session.engine.open_world(session.options);
  if (!world) return fail(session.console, world.error());
  if (world->origin == nullptr) return fail(session.console, {ErrorKind::invalid, "this world cannot be watched"});
  const auto inputs = controller_inputs(session, *world);
  if (!inputs) return fail(session.console, inputs.error());
  return run_controller(session, flags, *world, *inputs);
}

}  // namespace

void add_controller(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("controller", "watch all Stacks and do what each one's mode allows; meant to be left running");
  const auto flags = std::make_shared<ControllerFlags>();
  command->add_option("--listen", flags->listen, "address of /metrics, /healthz and /readyz")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command->add_option("--lease-namespace", flags->lease_namespace, "where replicas agree on who acts; default: our own")
      ->type_name("NAMESPACE");
  command->add_option("--lease-name", flags->lease_name, "its name; replicas of one controller share it")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("-l,--selector", flags->selector, "only Stacks with these labels, as for kubectl")->type_name("KEY=VALUE");
  command->add_option("--workers", flags->workers, "how many Stacks are looked at at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--resync", flags->resync, "how often the databases of a healthy Stack are read (5m)")->type_name("DURATION");
  command->add_option("--recheck", flags->recheck, "how often a Stack that waits is looked at again (30s)")->type_name("DURATION");
  command->add_option("--storm", flags->storm, "more Stacks than this aground at once: stop and ask")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--watch-namespace", flags->namespaces, "only Applications and Stacks in this namespace (repeatable)")
      ->type_name("NAMESPACE");
  command
      ->add_option("--workload-namespace", flags->workload_namespaces,
                   "only Jobs, Pods and workloads in this namespace, of another cluster CLUSTER/NAMESPACE (repeatable)")
      ->type_name("NAMESPACE");
  add_reach_flags(*command, session.options);
  add_connection_flags(*command, session.options);
  command->footer(R"(Observe (the default of a Stack) reports and records what it would have done; Approve waits for
`refloat approve`; Auto acts. Needs the kinds: refloat crds | kubectl apply --server-side -f -
All namespaces are watched, or those of --watch-namespace and --workload-namespace.
One JSON object a line goes to stderr; `instance` is this process, `run` the uid of the Recovery that it is about.
SIGTERM ends it in order: no new step begins, what runs is resumed by whoever comes next.

Examples:
  refloat controller
  refloat controller --context staging --watch-namespace argocd --listen 127.0.0.1:8080)");
  command->callback([&session, flags] { session.action = [&session, flags] { return controller_flow(session, *flags); }; });
}

}  // namespace refloat
