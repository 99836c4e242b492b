#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "cli/session.h"
#include "report/catalogue_report.h"
#include "report/format.h"

namespace refloat {
namespace {

int print_signatures(Session& session) {
  const auto format = parse_format(session.options.output);
  if (!format) return fail(session.console, format.error());
  const auto playbooks = load_playbooks(session);
  if (!playbooks) return 1;
  session.console.out << render_signatures(*playbooks, session.engine.vocabulary(), *format, style_of(session, {}));
  return 0;
}

}  // namespace

void add_signatures(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("signatures", "list what can be recognised and what each needs");
  command->add_option("--playbooks", session.options.playbook_dirs, "folder with more playbooks; repeatable")
      ->allow_extra_args(false)
      ->type_name("DIR");
  add_output_flags(*command, session.options);
  command->footer("Examples:\n  refloat signatures\n  refloat signatures -o json --playbooks ./playbooks");
  command->callback([&session] { session.action = [&session] { return print_signatures(session); }; });
}

}  // namespace refloat
