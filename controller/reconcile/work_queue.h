// Keys that want attention: each is due at one time and in at most one worker's hands. Waiting is the owner's business.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/time.h"

namespace refloat {

class WorkQueue {
 public:
  // Asks for `key` at `due`; of two times the earlier counts. A key that is in hand is due again once it is put back.
  void add(const std::string& key, Time due);
  // The due key that has waited longest; it stays in hand until done(). Nothing when none is due.
  std::optional<std::string> take(Time now);
  // Puts a key back; what was asked for meanwhile is due as asked.
  void done(const std::string& key);
  // Moves all that is asked for in time: the clock was set.
  void shift(Duration by);

  // When the next key that is not in hand is due; nothing when there is none.
  [[nodiscard]] std::optional<Time> next_due() const;
  // Keys that are due and wait for a worker.
  [[nodiscard]] std::size_t depth(Time now) const;
  // Keys that are asked for, due or not.
  [[nodiscard]] std::size_t size() const { return due_.size(); }

 private:
  std::map<std::string, Time> due_;
  std::set<std::pair<Time, std::string>> order_;  // of what is due and not in hand
  std::set<std::string> in_hand_;
};

}  // namespace refloat
