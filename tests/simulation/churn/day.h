// One day: the crowd, what happens to it, the controller that looks after it, and the judgement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "reconcile/controller.h"
#include "simulation/churn/calendar.h"
#include "simulation/churn/churn.h"
#include "simulation/churn/crowd.h"
#include "simulation/churn/judge.h"
#include "simulation/churn/ports.h"
#include "simulation/churn/streams.h"

namespace refloat::simulation {

struct DayOptions {
  double hours = 24;
  int stacks = 500;
  std::uint64_t seed = 1;
  std::string broken;  // on purpose: "settle", "status", "leak" or "database"; then the day must fail
};

class Day {
 public:
  explicit Day(DayOptions options);
  ~Day();
  Day(const Day&) = delete;
  Day& operator=(const Day&) = delete;

  // Prints what was done and what was violated; the exit code.
  int run();
  // After run(): whether this property was violated.
  [[nodiscard]] bool violates(const std::string& property) const { return judge_.violations().count(property) > 0; }

 private:
  struct Life;
  void start_refloat();
  void set_mood(ServerMood mood);
  void play_until(Time end);
  [[nodiscard]] Time next_due(Time end) const;
  void let_refloat_work();
  void keep_house();
  void print(double took_s) const;
  int verdict();
  [[nodiscard]] Time now() const { return crowd_.now(); }

  DayOptions options_;
  Crowd crowd_;
  Calendar calendar_;
  SimStreams streams_;
  ChurnKube kube_;
  KnownDatabases databases_;
  Inputs inputs_;
  Judge judge_;
  Churn churn_;
  std::shared_ptr<const Origin> origin_;
  std::unique_ptr<Life> life_;
  std::uint64_t turns_ = 0;
  std::size_t lives_ = 0;
  bool restart_ = true;  // by whoever runs it: not while it has a turn in hand
  Time lease_due_{}, tell_due_{}, compact_due_{}, sample_due_{};
};

}  // namespace refloat::simulation
