#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/user_playbooks.h"
#include "report/catalogue_report.h"
#include "report/format.h"

namespace refloat {
namespace {

int print_signatures(Session& session, bool of_cluster) {
  const auto format = parse_format(session.options.output);
  if (!format) return fail(session.console, format.error());
  const auto playbooks = load_all_playbooks(session, of_cluster);
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
  const auto of_cluster = std::make_shared<bool>(false);
  command->add_flag("--cluster", *of_cluster,
                    "connect, and show the cluster's own Playbooks too; takes no name: --context says which cluster");
  add_namespace_flag(*command, session.options, "namespace of the cluster's Playbooks; default: all namespaces");
  add_connection_flags(*command, session.options);
  add_output_flags(*command, session.options);
  command->footer("Examples:\n  refloat signatures\n  refloat signatures -o json --playbooks ./playbooks\n  refloat signatures --cluster");
  command->callback([&session, of_cluster] { session.action = [&session, of_cluster] { return print_signatures(session, *of_cluster); }; });
}

}  // namespace refloat
