// Parses a command line and runs the chosen command.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"

namespace refloat {

// `arguments` without the program's name; returns the exit code.
int run(const std::string& program, const std::vector<std::string>& arguments, const std::vector<AddCommand>& commands, Console& console,
        const Engine& engine);

// How the user calls us: a file named kubectl-refloat is run by kubectl as "kubectl refloat".
std::string program_of(const std::string& argv0);

}  // namespace refloat
