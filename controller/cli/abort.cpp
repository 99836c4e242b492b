#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/decide.h"
#include "cli/session.h"
#include "model/recovery.h"

namespace refloat {

void add_abort(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("abort", "end a Recovery before its next effect");
  command->footer(R"(What it has done stays done; the call under way ends first. Diagnose before you go on by hand.

Examples:
  refloat abort temporal-dev-3fa9-1 --reason "taking over by hand")");
  add_decision(*command, session, ApprovalDecision::abort);
}

}  // namespace refloat
