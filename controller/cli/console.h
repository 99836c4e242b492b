// The terminal as a value: streams, whether people sit at them, and what the environment says about colours.
#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "base/result.h"

namespace refloat {

struct Console {
  std::ostream& out;  // results only
  std::ostream& err;  // talk: progress, questions, errors
  std::istream& in;
  bool out_tty = false;
  bool err_tty = false;
  bool in_tty = false;
  bool no_color = false;    // NO_COLOR is set, or TERM is dumb
  std::size_t columns = 0;  // width of the terminal behind err; 0 = unknown
  bool utf8 = false;        // the locale can show more than ASCII
};

// The process's own streams.
Console system_console();

// "error: ..." and, if there is one, "hint: ..." on stderr; returns exit code 1.
int fail(Console& console, const Error& error);

// The same where something was to be read: exit code 3 when a right for it is missing.
int fail_to_look(Console& console, const Error& error);

// Asks on stderr and reads one line; only "y" and "yes" agree.
bool ask(Console& console, const std::string& question);

}  // namespace refloat
