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

// As a shell takes it as one word.
std::string shell_word(const std::string& text);
// " --context dev" and the like, for a printed command that names an object in the same cluster; "" = none.
std::string cluster_flags(const Session& session);
// " -f stack.yaml" and the like, which a printed command must say besides to mean the same Stack; "" = none.
std::string stack_flags(const Session& session);
// "refloat approve NAME -n NAMESPACE --context dev", to be copied as it stands.
std::string next_command(const Session& session, const std::string& verb, const std::string& ns, const std::string& name);
// Whether what goes to stderr is coloured.
bool talk_in_colour(const Session& session);
// The look of text on stdout.
TextStyle style_of(const Session& session, Time now);

// A line on stderr, only with -v.
void tell(Session& session, const std::string& line);

}  // namespace refloat
