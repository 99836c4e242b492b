// A controller in the simulated cluster, one thread, virtual time: takes turns at one Stack whenever one is due.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/demo/stage.h"
#include "model/recovery.h"
#include "reconcile/playbook_catalogue.h"
#include "reconcile/stack_turn.h"
#include "simulation/mortal.h"
#include "simulation/refusing_kube.h"
#include "simulation/run.h"

namespace refloat::simulation {

class Pilot {
 public:
  // `fate` may be null: then it does not die. It lives no longer than the stage.
  explicit Pilot(DemoStage& stage, Fate* fate = nullptr, Fleet* fleet = nullptr, const std::string& identity = "replica");

  // Takes turns until `done` holds or `limit` of virtual time is over; says whether it holds.
  bool run(const std::function<bool()>& done, Duration limit);
  // What its turns say of themselves.
  void report_to(TurnSink sink) { report_ = std::move(sink); }
  // Turns for so long.
  void run_for(Duration duration);
  // Whether it hears what becomes of Playbooks, and whether it may read them. Both at first.
  void hear_of_playbooks(bool hears) { hears_ = hears; }
  void allow_playbooks(bool allowed) { fail_playbooks(allowed ? std::nullopt : std::optional(ErrorKind::denied)); }
  void fail_playbooks(std::optional<ErrorKind> how) { api_.playbooks_fail = how; }
  // Whether the API server takes Recovery objects; it does at first.
  void take_recoveries(bool takes) { api_.refuses_recoveries = !takes; }
  // Whether what the Applications deploy is in a cluster that is looked at; it is at first.
  void see_what_is_deployed(bool sees) { api_.deploys_elsewhere = !sees; }

 private:
  // What the watch of Playbook objects would bring, and what is said about them.
  void hear_playbooks();

  DemoStage& stage_;
  World world_;
  RefusingKube api_;
  bool hears_ = true;
  Inputs inputs_;
  std::unique_ptr<MortalKube> mortal_kube_;
  std::unique_ptr<MortalDatabases> mortal_databases_;
  EventRecorder events_;
  Fleet own_fleet_;
  Fleet& fleet_;
  Ports ports_;
  std::string identity_;
  TurnSink report_;
  PlaybookCatalogue catalogue_;
  std::set<std::string> playbooks_;  // heard of: "namespace/name"
  StackMemory memory_;
};

// Edits the Stack object as a person would: a merge patch of its spec.
void edit_stack(DemoStage& stage, const Json& spec);
// The Stack object as it is stored.
Json stack_object(DemoStage& stage);
// All Recovery objects of the stage's Stack, oldest first.
std::vector<Recovery> recoveries_of(DemoStage& stage);
// Struck by the first of the breaks, with that mode.
std::unique_ptr<DemoStage> broken_stage(const char* mode, Databases databases = Databases::model);
// Whether it was recovered and all is well; the databases are asked only once no recovery is open any more: that costs most.
bool afloat(DemoStage& stage);
// Reasons of the Events about the Stack.
std::vector<std::string> event_reasons(DemoStage& stage);
// What Refloat's own user changed besides its kinds, its Leases and Events, from this entry of the audit log on.
std::vector<std::string> changes(DemoStage& stage, std::size_t from);
// A person's decision on an open Recovery, bound to its plan.
void decide(DemoStage& stage, const Recovery& recovery, const char* decision);

}  // namespace refloat::simulation
