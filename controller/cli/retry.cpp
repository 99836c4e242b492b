#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/decide.h"
#include "cli/session.h"
#include "model/recovery.h"

namespace refloat {

void add_retry(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("retry", "ask for another try after a Recovery has ended");
  command->footer(R"(The Stack is looked at afresh and what is found is planned anew; attempts so far no longer count. In mode Approve the
new Recovery waits for an approval as every other.

Examples:
  refloat retry temporal-dev-3fa9-1 --reason "disk is free again")");
  add_decision(*command, session, ApprovalDecision::retry);
}

}  // namespace refloat
