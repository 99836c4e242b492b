// How often a Stack was recovered of late, counted from its Recoveries: it survives restarts because they do. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {

struct Attempts {
  int in_a_row = 0;             // ended without success within the window, since the last verified recovery or retry
  int in_window = 0;            // all that ran within the window, since the last retry
  bool used_up = false;         // either limit is reached: the Stack is parked
  std::string reason;           // why, when used up
  std::optional<Time> free_at;  // when the oldest that counts leaves the window
};

// Whether it counts: it ran to a verdict or was ended after its first effect, by anything but a person.
bool is_attempt(const Recovery& recovery);

// Those that a person ended, or that never began, do not count. A retry that a person asked for starts the count anew.
Attempts attempts_of(const std::vector<Recovery>& recoveries, const Limits& limits, Time now);

// A person's no to the newest Recovery: it holds for the window, or until they ask for another try.
struct PersonsStop {
  std::string reason;
  Time free_at{};
};
std::optional<PersonsStop> stopped_by_person(const std::vector<Recovery>& recoveries, const Limits& limits, Time now);

}  // namespace refloat
