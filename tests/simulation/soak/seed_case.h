// What one seed stands for: the incident, who looks after it, and which faults strike when. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"

namespace refloat::simulation {

// The same numbers on every machine for the same seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  // One of 0 ... sides - 1.
  std::uint64_t roll(std::uint64_t sides) { return engine_() % sides; }
  bool chance(int percent) { return roll(100) < static_cast<std::uint64_t>(percent); }
  Duration within(Duration limit) { return Duration(static_cast<Duration::rep>(roll(static_cast<std::uint64_t>(limit.count())))); }

 private:
  std::mt19937_64 engine_;
};

enum class Person { approves, rejects, is_away };

// A fault that strikes from `at` on, counted from the start of the run, and for `lasts` where it is a state.
struct PlannedFault {
  std::size_t row = 0;  // of fault_rows()
  Duration at{};
  Duration lasts{};
  int times = 1;
};

struct SeedCase {
  std::uint64_t seed = 0;
  std::size_t incident = 0;                  // of incidents()
  std::size_t second = 0;                    // likewise, struck after the first; equal = none
  std::string mode;                          // Auto, Approve, Observe
  std::map<std::string, std::string> modes;  // of signatures
  Person person = Person::approves;
  int replicas = 1;
  Duration faults_end{};
  std::vector<PlannedFault> faults;
  bool for_ever = false;  // then the faults do not end
};

SeedCase case_of(std::uint64_t seed);
// The same with one fault, which does not end: each of the rows in its turn.
SeedCase under_endless_fault(SeedCase chosen);

// For people: one line.
std::string display(const SeedCase& chosen);

}  // namespace refloat::simulation
