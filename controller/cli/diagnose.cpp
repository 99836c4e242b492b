#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/engine.h"
#include "cli/flow.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "cli/session.h"

namespace refloat {

void add_diagnose(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("diagnose", "find what is wrong and why; read-only");
  add_stack_flags(*command, session.options);
  add_namespace_flags(*command, session.options);
  add_connection_flags(*command, session.options);
  add_output_flags(*command, session.options);
  add_fail_on_flag(*command, session.options);
  command->footer(R"(Looks at all Stacks of the cluster, or at those of -f, or at the named ones. Without any Stack it still finds
everything that needs none, in all Applications. Nothing is written.

Examples:
  refloat diagnose
  refloat diagnose -f stack.yaml --database-address default=127.0.0.1:15432
  refloat diagnose temporal-dev -n argocd -o json
  refloat diagnose -A -o short --fail-on critical)");
  command->callback([&session] {
    session.action = [&session] {
      return connected(session, [&](World& world, const Gathered& gathered) { return diagnose_flow(session, world, gathered); });
    };
  });
}

}  // namespace refloat
