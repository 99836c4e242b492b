// Runs a program and captures what it prints: bounded in time and size.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace refloat {

struct Command {
  std::string program;                   // a path, or a name looked up in PATH
  std::vector<std::string> arguments;    // without the program itself
  std::vector<std::string> environment;  // "NAME=value", the whole of it
  bool interactive = false;              // stdin and stderr are the user's terminal; else both are /dev/null
  Duration timeout{60000};
  std::size_t output_bytes_max = std::size_t{1} << 20U;
};

// What the program printed to stdout, when it ended with 0. Errors never quote its output.
Result<std::string> run_captured(const Command& command);

}  // namespace refloat
