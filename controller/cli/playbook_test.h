// Runs the cases that stand beside playbooks and prints what they show.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace refloat {

// `paths` are playbook files, folders of one, or folders of many. Exit code 1 when a case fails, is missing or malformed.
int test_command(Session& session, const std::vector<std::string>& paths, const std::string& junit_file);

}  // namespace refloat
