// What diagnose, plan and recover do once they are connected. The demo calls the very same functions on its simulated cluster.
#pragma once

#include <string>

#include "cli/inputs.h"
#include "cli/session.h"

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

// Opens the world and gathers the inputs, then runs `flow`; errors are printed and end with exit code 1.
int connected(Session& session, const std::function<int(World&, const Gathered&)>& flow);

}  // namespace refloat
