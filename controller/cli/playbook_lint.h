// Checks playbook files as a whole: each for itself, and together with the built-in ones.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace refloat {

// What reading and linting the files found.
struct LintResult {
  std::vector<Playbook> playbooks;  // those that could be read
  Diagnostics diagnostics;
  std::size_t files = 0;
};

// `paths` are files or folders; none = the built-in playbooks.
LintResult lint_paths(Session& session, const std::vector<std::string>& paths);

// Prints the result; exit code 1 when there are errors.
int lint_command(Session& session, const std::vector<std::string>& paths);

}  // namespace refloat
