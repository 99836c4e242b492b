// Everything a command calls, as values: the real program fills it with the real functions, the tests with fakes, the demo with a simulated
// cluster.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "cli/options.h"
#include "kube/endpoint.h"
#include "reconcile/controller.h"
#include "reconcile/reconcile.h"

namespace refloat {

// The outside that a command was connected to; lives as long as the command.
struct World {
  std::unique_ptr<Clock> clock;  // first, so that it outlives what reads it
  std::unique_ptr<KubeApi> kube;
  std::unique_ptr<DatabaseAccess> databases;
  std::string cluster;  // context or address, for people
  bool in_cluster = false;
  std::string default_namespace;              // where we are, or what the context names
  std::shared_ptr<const Origin> origin;       // for streams; null in a simulated cluster
  std::vector<WatchedCluster> clusters = {};  // of --destination-cluster, where their Secret could be used
  std::vector<Error> left_out = {};           // why others could not

  [[nodiscard]] Ports ports() const { return {*kube, *databases, *clock}; }
};

struct Engine {
  std::function<Vocabulary()> vocabulary;
  std::function<std::vector<Playbook>(const Vocabulary&, Diagnostics&)> built_in_playbooks;
  std::function<Result<World>(const Options&)> open_world;
  std::function<Result<std::unique_ptr<Journal>>(World&, const Stack&)> open_journal;
  std::function<Result<Diagnosis>(Ports&, const Inputs&)> diagnose;
  std::function<Result<Planned>(Ports&, const Inputs&, const Stack&, bool approved)> make_plan;
  std::function<std::vector<Rehearsal>(Ports&, const Inputs&, const Stack&, const Plan&)> preflight;
  std::function<Result<Recovery>(Ports&, const Inputs&, const Stack&, const Plan&, Journal&, const ProgressSink&)> recover;
  std::function<Result<std::optional<Recovery>>(Ports&, const Inputs&, const Stack&, Journal&, const ProgressSink&)> resume;
};

// The program's own functions.
Engine real_engine();

}  // namespace refloat
