// What diagnose, plan and recover do once they are connected. The demo calls the very same functions on its simulated cluster.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/inputs.h"
#include "cli/session.h"
#include "model/snapshot.h"

namespace refloat {

struct PlanFlags {
  bool preflight = false;
  std::string out;  // file to save the plan in
};

struct RecoverFlags {
  std::string plan_file;    // a saved plan that must still be what would be done
  bool yes = false;         // do not ask
  bool plan_shown = false;  // the plan was just printed, so it need not be shown again
};

// Each prints its result on stdout and returns the exit code.
int diagnose_flow(Session& session, World& world, const Gathered& gathered);
int plan_flow(Session& session, World& world, const Gathered& gathered, const PlanFlags& flags);
int recover_flow(Session& session, World& world, const Gathered& gathered, const RecoverFlags& flags);

// What could not be looked at, on stderr.
void tell_gaps(Session& session, const std::vector<Unexamined>& gaps);

// Opens the world, then runs `flow`; errors, a wrong format before all others, are printed and end with exit code 1.
int on_cluster(Session& session, const std::function<int(World&)>& flow);

// The same with the inputs gathered; a missing right that leaves nothing to work on ends with exit code 3.
int connected(Session& session, const std::function<int(World&, const Gathered&)>& flow);

}  // namespace refloat
