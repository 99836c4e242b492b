#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/flow.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/stack_edit.h"
#include "journal/recoveries.h"
#include "report/format.h"
#include "report/history_report.h"

namespace refloat {
namespace {

int history(Session& session, World& world, const std::string& name) {
  const auto format = parse_format(session.options.output);
  const auto stack = find_stack_object(session, world, name);
  if (!stack) return fail(session.console, stack.error());
  History found;
  found.stack = text_at(*stack, {"metadata", "name"});
  found.ns = text_at(*stack, {"metadata", "namespace"});
  found.status = at_path(*stack, {"status"});
  auto list = list_recoveries(*world.kube, found.ns, found.stack);
  if (!list) return fail(session.console, list.error());
  found.recoveries = std::move(list->recoveries);
  session.console.out << render(found, *format, style_of(session, world.clock->now()));
  for (const UnreadableRecovery& each : list->unreadable)
    session.console.err << "not readable: " << printable(each.name) << ": " << printable(each.why, 400) << "\n";
  return list->unreadable.empty() ? 0 : 3;
}

}  // namespace

void add_history(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("history", "what was done to a Stack, and what would have been");
  const auto name = std::make_shared<std::string>();
  command->add_option("STACK", *name, "NAME or NAMESPACE/NAME")->required();
  add_namespace_flag(*command, session.options, "namespace of the Stack; default: all namespaces");
  add_connection_flags(*command, session.options);
  add_output_flags(*command, session.options);
  command->footer(R"(Lists the Recoveries that are kept, newest first, and in mode Observe the shadow record.

Examples:
  refloat history temporal-dev
  refloat history argocd/temporal-dev -o json)");
  command->callback([&session, name] {
    session.action = [&session, name] { return on_cluster(session, [&](World& world) { return history(session, world, *name); }); };
  });
}

}  // namespace refloat
