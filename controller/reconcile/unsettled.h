// What has been pending for longer than it should be: "not yet" that has become an answer. A hook pod that hangs for ever is a migrator at
// work at every look.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/finding.h"

namespace refloat {

class Unsettled {
 public:
  // How much later than first expected something may settle before people are told.
  static constexpr Duration patience = std::chrono::minutes(10);
  // What nobody looked at for so long may have settled, and be pending anew.
  static constexpr Duration unseen_max = std::chrono::minutes(2);

  // To be called with what every look left pending: what of it should have settled long ago, each once, with the reason it first had as
  // such. That is told, and a session that does something else by now is no news. `told`: names and reasons that another process has told.
  std::vector<Pending> overdue(const std::vector<Pending>& pending, Time now, const std::map<std::string, std::string>& told = {});

 private:
  struct Wait {
    Time expected;    // when it was first said to be settled
    std::string why;  // once it is overdue
  };
  // The one that it is waited for already, or a new one.
  [[nodiscard]] Wait wait_for(const Pending& pending, const std::string& told) const;

  std::map<std::string, Wait> waits_;  // by name and namespace
  std::optional<Time> last_;           // look
};

// "<signature> of <kind> <name>"
std::string name_of(const Pending& pending);

}  // namespace refloat
