// What one invocation of the program shares between parsing and running.
#pragma once

#include <functional>
#include <string>

#include "cli/console.h"
#include "cli/engine.h"
#include "cli/options.h"
#include "report/style.h"

namespace refloat {

struct Session {
  Console& console;
  const Engine& engine;
  std::string program = "refloat";  // as the user calls it
  Options options = {};
  std::function<int()> action = {};  // set by the command that was chosen
};

// " --context dev" and the like, for a printed command that names an object in the same cluster; "" = none.
std::string cluster_flags(const Session& session);
// The look of text on stdout.
TextStyle style_of(const Session& session, Time now);

// A line on stderr, only with -v.
void tell(Session& session, const std::string& line);

}  // namespace refloat
