#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/engine.h"
#include "cli/flow.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "cli/session.h"

namespace refloat {

void add_plan(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("plan", "show every write that recover would make, with each guardrail's verdict; read-only");
  const auto flags = std::make_shared<PlanFlags>();
  command->add_flag("--preflight", flags->preflight, "rehearse every write: dryRun=All, and SQL in a transaction that is rolled back");
  command->add_option("--out", flags->out, "save the plan for recover --plan")->type_name("FILE");
  add_stack_flags(*command, session.options);
  add_namespace_flags(*command, session.options);
  add_connection_flags(*command, session.options);
  add_output_flags(*command, session.options);
  add_fail_on_flag(*command, session.options);
  command->footer(R"(The verdicts are those that recover would get when a person runs it now.

Examples:
  refloat plan temporal-dev
  refloat plan temporal-dev --preflight
  refloat plan -f stack.yaml --out recovery.plan.json)");
  command->callback([&session, flags] {
    session.action = [&session, flags] {
      return connected(session, [&](World& world, const Gathered& gathered) { return plan_flow(session, world, gathered, *flags); });
    };
  });
}

}  // namespace refloat
