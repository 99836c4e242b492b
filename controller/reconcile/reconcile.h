// Composes the stages: observe -> detect -> plan -> guard -> journal -> execute -> verify. Nothing else includes two stages.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cache/collect.h"
#include "journal/journal.h"
#include "kube/kube_api.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "postgres/database.h"
#include "probe/probe.h"

namespace refloat {

// Told what a look waits for, once that takes more than a moment.
using WaitSink = std::function<void(Time now, const std::string& what)>;

// The outside, as a process was wired to it.
struct Ports {
  KubeApi& kube;
  DatabaseAccess& databases;
  Clock& clock;
  WaitSink waits = {};  // empty = nobody listens
};

// What a run is about.
struct Inputs {
  std::vector<Stack> stacks;
  std::vector<Playbook> playbooks;
  ProbeOptions probe;
  std::vector<std::string> application_namespaces;  // where Applications outside any Stack are looked for; empty = all
  bool outside_stacks = true;                       // also diagnose Applications outside any Stack
};

// The vocabulary of this build: all facts and actions.
Vocabulary vocabulary();

// One look at a Stack: watched objects, then the dear reads.
Result<Snapshot> observe(Ports& ports, const Inputs& inputs, const Stack& stack, Seen& seen);

// Read-only. Looks twice (a few seconds apart) where a signature says "soon", so that one call gives a settled answer.
Result<Diagnosis> diagnose(Ports& ports, const Inputs& inputs);

// A Stack's diagnosis and the plan made from it, guardrails evaluated, sealed with a digest.
struct Planned {
  StackDiagnosis diagnosis;
  Plan plan;
};
Result<Planned> make_plan(Ports& ports, const Inputs& inputs, const Stack& stack, bool approved);

// What the API server or database says to one planned write when it is only rehearsed.
struct Rehearsal {
  std::string step;
  std::string write;  // display()
  bool accepted = false;
  std::string answer;
};
// Every write with dryRun=All and every SQL repair rolled back, and the access rights each needs.
std::vector<Rehearsal> preflight(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan);

// One thing that happened in a recovery, for live progress.
struct Progress {
  enum class Kind { step_started, effect, waiting, denied, step_done, step_skipped, step_failed, verdict };
  Kind kind = Kind::waiting;
  Time at{};
  const Recovery* recovery = nullptr;
  const PlanStep* step = nullptr;  // null for verdict
  std::string text;
  std::string guardrail = {};  // of denied: who; a wait or the end of the run follows
};
using ProgressSink = std::function<void(const Progress&)>;

// Starts a recovery of a plan and runs passes until a verdict or until the clock is interrupted; stale = an unfinished one must be resumed
// first. Interrupted = verdict running: the journal holds everything and a rerun resumes.
Result<Recovery> recover(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan, Journal& journal,
                         const ProgressSink& progress);

// Resumes without a new plan; nothing when there is no unfinished recovery, or one that nobody went on with for an hour: that is closed.
Result<std::optional<Recovery>> resume(Ports& ports, const Inputs& inputs, const Stack& stack, Journal& journal,
                                       const ProgressSink& progress);

}  // namespace refloat
