// What is going to happen, in virtual time.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <utility>

#include "base/time.h"

namespace refloat::simulation {

class Calendar {
 public:
  using Act = std::function<void()>;

  void at(Time when, Act act) { acts_.emplace(when, std::move(act)); }
  // When the next thing happens; the end of time when nothing will.
  [[nodiscard]] Time next() const { return acts_.empty() ? Time::max() : acts_.begin()->first; }
  [[nodiscard]] std::size_t size() const { return acts_.size(); }
  // Does what is due, also what that makes due.
  void run_until(Time now) {
    while (next() <= now) {
      const Act act = std::move(acts_.begin()->second);
      acts_.erase(acts_.begin());
      act();
    }
  }

 private:
  std::multimap<Time, Act> acts_;
};

// One after another: each act a while after the one before.
class Script {
 public:
  Script(Calendar& calendar, Time from) : calendar_(calendar), at_(from) {}

  Script& then(Duration after, Calendar::Act act) {
    at_ += after;
    calendar_.at(at_, std::move(act));
    return *this;
  }

 private:
  Calendar& calendar_;
  Time at_;
};

}  // namespace refloat::simulation
