// Every subcommand: one function that adds it to the command line. What is not listed does not exist.
#pragma once

#include <vector>

#include "cli/session.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace refloat {

using AddCommand = void (*)(CLI::App& root, Session& session);

void add_diagnose(CLI::App& root, Session& session);
void add_plan(CLI::App& root, Session& session);
void add_recover(CLI::App& root, Session& session);
void add_controller(CLI::App& root, Session& session);
void add_approve(CLI::App& root, Session& session);
void add_reject(CLI::App& root, Session& session);
void add_abort(CLI::App& root, Session& session);
void add_retry(CLI::App& root, Session& session);
void add_pause(CLI::App& root, Session& session);
void add_resume(CLI::App& root, Session& session);
void add_history(CLI::App& root, Session& session);
void add_signatures(CLI::App& root, Session& session);
void add_explain(CLI::App& root, Session& session);
void add_playbook(CLI::App& root, Session& session);
void add_crds(CLI::App& root, Session& session);
void add_demo(CLI::App& root, Session& session);
void add_completion(CLI::App& root, Session& session);
void add_version(CLI::App& root, Session& session);

// In the order of the help.
const std::vector<AddCommand>& all_commands();

}  // namespace refloat
