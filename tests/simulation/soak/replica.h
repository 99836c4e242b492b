// One controller process after another under the same name: a leader Lease, turns when they are due or when a change wakes it, death and
// a new start.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "journal/event_recorder.h"
#include "kube/lease.h"
#include "reconcile/pace.h"
#include "reconcile/stack_turn.h"
#include "simulation/soak/faulty_ports.h"

namespace refloat::simulation {

// How changes reach it: what a watch would do.
struct WakeFaults {
  Time deaf_until{};       // no change wakes it
  Time deaf_to_deletes{};  // no deletion wakes it
  Time late_until{};       // changes wake it only then
  int woken_for_nothing = 0;
  int own_writes = 0;  // its own status writes wake it
};

class Replica {
 public:
  Replica(DemoStage& stage, const Inputs& inputs, const std::string& name, Witness& witness);

  // When it wants to do something next.
  [[nodiscard]] Time next() const { return busy_ ? Time::max() : next_; }
  // Does what is due; stands still, dies or starts anew as its faults have it.
  void step();
  // Lets it hear of what changed since it heard last.
  void hear();

  PortFaults& ports() { return faults_; }
  WakeFaults& wakes() { return wakes_; }
  [[nodiscard]] bool acts() const { return busy_; }
  // What a person would be alarmed by where no status tells it: turns that fail, requests that fail, processes that start again and again.
  [[nodiscard]] int alarms() const { return failed_turns_ + lives_ + faults_.errors; }

 private:
  struct Life;
  void start();
  void turn();
  [[nodiscard]] bool wakes_it(const sim::Change& change, Time now);
  [[nodiscard]] Time now() const { return stage_.cluster().now(); }

  DemoStage& stage_;
  const Inputs& inputs_;
  std::string name_;
  Witness& witness_;
  PortFaults faults_;
  WakeFaults wakes_;
  std::unique_ptr<Life> life_;
  int lives_ = 0;
  int failed_turns_ = 0;
  bool busy_ = false;
  Time next_{};
  Time lease_due_{};
  Time turn_due_{};
  Pace pace_;
  bool hurries_ = false;  // a recovery is open
  std::int64_t heard_ = 0;

 public:
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;
};

}  // namespace refloat::simulation
