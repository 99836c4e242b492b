#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/decide.h"
#include "cli/session.h"
#include "model/recovery.h"

namespace refloat {

void add_reject(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("reject", "refuse a Recovery that waits for an approval");
  command->footer(R"(Nothing was done and nothing will be. The Stack is looked at on, and another plan is another Recovery.

Examples:
  refloat reject temporal-dev-3fa9-1 --reason "restoring from backup instead"
  refloat reject argocd/temporal-dev-3fa9-1)");
  add_decision(*command, session, ApprovalDecision::reject);
}

}  // namespace refloat
