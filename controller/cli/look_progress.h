// What a command says on stderr while it looks at the cluster: that it reads, and what it waits for.
#pragma once

#include <string>
#include <thread>

#include "cli/engine.h"
#include "cli/progress.h"
#include "cli/session.h"

namespace refloat {

class LookProgress {
 public:
  LookProgress(Session& session, const std::string& what);

  // The outside, which tells this of its waits.
  Ports ports(const World& world);

 private:
  ProgressPrinter printer_;
  std::jthread slow_;  // after what it writes beside: it ends first
};

// Runs `look` on the world's ports; `what` is said of it when it takes long.
template <class Look>
auto with_progress(Session& session, const World& world, const std::string& what, Look look) {
  LookProgress progress(session, what);
  Ports ports = progress.ports(world);
  return look(ports);
}

}  // namespace refloat
