// One seed's run: the broken stage, the replicas, the faults at their times, a person, and the judgement at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/demo/stage.h"
#include "reconcile/reconcile.h"
#include "sim/stored_object.h"
#include "simulation/memory/memory_server.h"
#include "simulation/soak/replica.h"
#include "simulation/soak/seed_case.h"
#include "simulation/soak/witness.h"

namespace refloat::simulation {

struct Verdicts {
  std::vector<std::string> violations;
  std::map<std::string, int> fired;
  std::string ending;       // "Afloat", "Parked", ...
  std::uint64_t trace = 0;  // of every request, answer, repair and the end
};

// A stage that became healthy, and its databases.
struct Prepared {
  std::shared_ptr<MemoryServer> databases;
  std::unique_ptr<DemoStage> stage;
};
Prepared prepare();

class Scene {
 public:
  Scene(Prepared& prepared, const std::vector<Playbook>& playbooks, const SeedCase& chosen);
  Verdicts run();

 private:
  struct Strike {
    Time at;
    std::function<void()> act;
  };
  void set_up();
  void plan_faults();
  void plan(const PlannedFault& fault);
  void plan_wire(const PlannedFault& fault, sim::Fault kind);
  void plan_port(const PlannedFault& fault, const std::string& name, Replica& replica);
  void plan_wake(const PlannedFault& fault, const std::string& name, Replica& replica);
  void plan_outside(const PlannedFault& fault, const std::string& name);
  void at(Duration from_start, std::function<void()> act);
  void end_faults();

  // Lets everything go on until then; one that stands still does not.
  void play_until(Time end);
  bool play_until_settled(Time end);
  void person_looks();
  [[nodiscard]] bool settled(std::string& ending);
  [[nodiscard]] bool may_observe() const;
  [[nodiscard]] std::string what_is_wrong() const;
  [[nodiscard]] Json told() const;
  [[nodiscard]] std::string unrest();
  void judge_end();
  void judge_under_fault();
  void judge_restraint();
  [[nodiscard]] int alarms() const;
  [[nodiscard]] std::uint64_t trace() const;
  [[nodiscard]] Time now() const { return stage_.cluster().now(); }
  [[nodiscard]] Json stack() const;

  DemoStage& stage_;
  MemoryServer& databases_;
  SeedCase chosen_;
  Dice dice_;
  Inputs inputs_;
  Witness witness_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<Strike> strikes_;  // by time, the next one last
  Time began_{};
  Time person_due_{};
  std::map<std::string, sim::StoredObject> read_by_person_;  // Recoveries as they were read last, by uid
  std::string ending_;
};

}  // namespace refloat::simulation
