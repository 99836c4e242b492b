// What a person decides about a Recovery, shared by approve, reject, abort and retry.
#pragma once

#include <string>

#include "cli/session.h"
#include "model/recovery.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace refloat {

struct DecideFlags {
  std::string name;  // NAME or NAMESPACE/NAME
  std::string reason;
  bool yes = false;  // approve: do not ask
};

// Adds the name, --reason and the common flags, and runs the decision when the command is chosen.
void add_decision(CLI::App& command, Session& session, ApprovalDecision decision);

// Writes the decision into the Recovery, bound to the digest of the plan that was shown. Prints the result and returns the exit code.
int decide_flow(Session& session, World& world, ApprovalDecision decision, const DecideFlags& flags);

// How the API server names us; the local user's name where it does not tell.
std::string own_name(KubeApi& api);

}  // namespace refloat
