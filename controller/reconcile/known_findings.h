// Which findings of one Stack others were told of, so that an early look and the turns tell each of them once.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/finding.h"
#include "model/stack.h"

namespace refloat {

// May be used from several threads.
class KnownFindings {
 public:
  struct News {
    std::vector<Finding> found;
    std::vector<Finding> gone;
  };

  // A whole look that began at `began` decides; what was told early since then, and what is pending, is left for the next one.
  News looked(const Stack& stack, StackDiagnosis diagnosis, Time began);
  // What watched objects proved at `at`: those of it that nobody was told of; they count as told from now on.
  std::vector<Finding> told_early(const std::vector<Finding>& findings, Time at);
  // Something was told early that no whole look has seen yet.
  [[nodiscard]] bool unconfirmed() const;

  // What the last whole look said; null before the first, and while a recovery runs.
  [[nodiscard]] std::shared_ptr<const StackDiagnosis> latest() const;
  // The same if it was at this very Stack and began at `since` or later.
  [[nodiscard]] std::shared_ptr<const StackDiagnosis> latest(const Stack& stack, Time since) const;
  // The last whole look is history: a recovery runs, and what it does looks like trouble; or other signatures count from `now` on. A look
  // that began before is history too.
  void set_aside(Time now);

 private:
  struct Told {
    Finding finding;
    std::optional<Time> early_at;  // set until a whole look has decided
  };

  mutable std::mutex mutex_;          // of what follows
  std::map<std::string, Told> told_;  // by id
  std::shared_ptr<const StackDiagnosis> latest_;
  std::string stack_;  // which state of the Stack the last whole look was at
  Time began_{};
  Time aside_{};
};

}  // namespace refloat
