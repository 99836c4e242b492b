// The wait for what is too young to judge: looked at again at the times that were asked for, and not without a word.
#pragma once

#include <vector>

#include "reconcile/reconcile.h"

namespace refloat {

class Settling {
 public:
  // From now on, for as long as `budget`.
  Settling(Ports& ports, Duration budget) : ports_(ports), started_at_(ports.clock.now()), end_(started_at_ + budget) {}

  // Waits until `again`, and says for what once it takes more than two seconds in all. False = no time is left for that, or the person
  // interrupted.
  bool wait(const std::vector<Pending>& pending, Time again);

 private:
  Ports& ports_;
  Time started_at_;
  Time end_;
};

}  // namespace refloat
