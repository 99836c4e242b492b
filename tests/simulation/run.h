// Runs the program's own pipeline on a simulated stack, with a process that may die, and starts it again.
#pragma once

#include <memory>
#include <string>

#include "cli/demo/incidents.h"
#include "cli/demo/stage.h"
#include "model/recovery.h"
#include "reconcile/reconcile.h"
#include "simulation/mortal.h"

namespace refloat::simulation {

// Where a stack's databases are: on the tests' shared PostgreSQL, or on a model of one, which is much faster and which
// refloat_memory_databases_test holds to the real one.
enum class Databases { real, model };

// A healthy stack, on the shared server under names of its own.
std::unique_ptr<DemoStage> healthy_stage(const std::string& argo_ns = "argocd", Databases databases = Databases::real);

// What a process works on, read from the stage as the command line would.
Inputs inputs_of(DemoStage& stage, const std::vector<Permission>& also_allowed = {});

struct Life {
  bool died = false;
  Result<Planned> planned = Error{ErrorKind::invalid, "nothing was planned"};
  Result<Recovery> recovery = Error{ErrorKind::invalid, "nothing was recovered"};
};

// One process from start to end or death: resumes what the journal holds, else plans and recovers unless the plan is refused or empty.
Life live(DemoStage& stage, const Inputs& inputs, Fate& fate);

// Everything that a recovery may change in real databases, as one text: for "nothing changed".
std::string databases_as_text(DemoStage& stage);

}  // namespace refloat::simulation
