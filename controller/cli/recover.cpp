#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/engine.h"
#include "cli/flow.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "cli/session.h"

namespace refloat {

void add_recover(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("recover", "carry out the plan for one Stack, step by step, and verify the end");
  const auto flags = std::make_shared<RecoverFlags>();
  command
      ->add_option("--plan", flags->plan_file,
                   "a saved plan; refused unless it is still exactly what would be done; giving it is the consent, nothing is asked")
      ->type_name("FILE");
  command->add_flag("-y,--yes", flags->yes, "do not ask before the first write");
  add_stack_flags(*command, session.options);
  add_namespace_flags(*command, session.options);
  add_connection_flags(*command, session.options);
  add_output_flags(*command, session.options);
  command->footer(
      R"(Asks before the first write, unless --yes or --plan is given. After any interruption the same command resumes where it stopped; Ctrl-C lets
the current call end and says how to go on. A saved plan is only compared, its text is never executed.

Examples:
  refloat recover temporal-dev
  refloat recover -f stack.yaml --yes
  refloat recover temporal-dev --plan recovery.plan.json)");
  command->callback([&session, flags] {
    session.action = [&session, flags] {
      return connected(session, [&](World& world, const Gathered& gathered) { return recover_flow(session, world, gathered, *flags); });
    };
  });
}

}  // namespace refloat
