#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/decide.h"
#include "cli/session.h"
#include "model/recovery.h"

namespace refloat {

void add_approve(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("approve", "let a Recovery that waits run exactly the plan it shows");
  command->footer(R"(Shows the plan and asks. The approval holds for this plan only: what would be done otherwise is a new Recovery
and needs a new approval. Your name is kept as the API server knows it.

Examples:
  refloat approve temporal-dev-3fa9-1
  refloat approve temporal-dev-3fa9-1 -n argocd --reason "seen with the team" --yes)");
  add_decision(*command, session, ApprovalDecision::approve);
}

}  // namespace refloat
