// What one Stack's turn has to know of all the others: whether so many are aground at once that the cause is not theirs.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/time.h"

namespace refloat {

struct FleetLimits {
  int aground_max = 5;    // more Stacks than this aground at the same time are a storm
  int running_max = 3;    // recoveries that one controller runs at the same time
  Duration settle{3000};  // a Stack must be aground this long before it counts as the only one
};

// May be used from several threads.
class Fleet {
 public:
  explicit Fleet(FleetLimits limits = {}) : limits_(limits) {}

  // Something about a Stack changed, or nothing is known of it yet: a look at it is due. Its first sign since the last look counts.
  void woken(const std::string& stack, Time now);
  // It was looked at, or that was tried: what woke it until `began` is dealt with.
  void looked(const std::string& stack, Time began);
  // What the last look at a Stack said.
  void set_aground(const std::string& stack, bool aground, Time now);
  // Takes one of the places for running recoveries; true if this Stack has one already.
  bool take_place(const std::string& stack);
  void give_place(const std::string& stack);
  void forget(const std::string& stack);

  // Why no recovery of `stack` may begin by itself now; nothing = it may. `retry_at` is set where only time is missing.
  struct Hold {
    std::string why;
    std::optional<Time> retry_at;
  };
  [[nodiscard]] std::optional<Hold> hold(const std::string& stack, Time now) const;
  [[nodiscard]] int aground() const;
  // Held while a Recovery is asked for: two Stacks of the same Applications that ask at once would each make way for the other.
  [[nodiscard]] std::unique_lock<std::mutex> ask_alone() { return std::unique_lock(asking_); }

 private:
  struct Wake {
    Time first;  // since the last look
    Time last;
  };
  [[nodiscard]] int unseen_since(const std::string& stack, Time until) const;  // with mutex_ held

  FleetLimits limits_;
  std::mutex asking_;
  mutable std::mutex mutex_;
  std::map<std::string, Time> aground_since_;
  std::map<std::string, Wake> woken_;  // those that a look is due at
  std::set<std::string> running_;
};

}  // namespace refloat
