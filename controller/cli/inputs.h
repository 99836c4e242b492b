// Playbooks and Stacks of one invocation, from the binary, files and the cluster.
#pragma once

#include <optional>
#include <vector>

#include "cli/session.h"

namespace refloat {

// What a run is about, and what could not be looked at while gathering it.
struct Gathered {
  Inputs inputs;
  std::vector<Unexamined> unexamined;
};

// Built-in playbooks and those of --playbooks, linted together. Mistakes are printed with file:line; then there is no value.
std::optional<std::vector<Playbook>> load_playbooks(Session& session);

// How databases are reached, as the flags say.
Result<ProbeOptions> probe_options(const Options& options, const World& world);

// Everything a run needs: playbooks, the chosen Stacks, addresses. Mistakes in files are printed before the error returns.
Result<Gathered> gather(Session& session, World& world);

// The one Stack that a command acts on.
Result<Stack> only_stack(const Session& session, const Gathered& gathered);

}  // namespace refloat
