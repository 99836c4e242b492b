#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/decide.h"
#include "cli/engine.h"
#include "cli/flow.h"
#include "cli/options.h"
#include "cli/pause_requests.h"
#include "cli/session.h"
#include "cli/stack_edit.h"
#include "report/format.h"

namespace refloat {
namespace {

struct PauseFlags {
  std::string stack;
  std::string reason;
};

int pause(Session& session, World& world, const PauseFlags& flags) {
  const auto format = parse_format(session.options.output);
  const auto stack = find_stack_object(session, world, flags.stack);
  if (!stack) return fail(session.console, stack.error());
  const std::string who = own_name(*world.kube);
  const auto paused = edit_pause_requests(
      world, *stack, [&](std::vector<std::string> entries) { return with_request(std::move(entries), who, flags.reason); });
  if (!paused) return fail(session.console, paused.error());
  warn_if_declared(session, *paused);
  if (*format == Format::json)
    session.console.out << paused->dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  else
    session.console.out << "stack.refloat.dev/" << text_at(*paused, {"metadata", "name"}) << " paused by "
                        << printable(join(pause_requests_of(*paused), "; "), 2000) << "\n";
  return 0;
}

}  // namespace

void add_pause(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("pause", "ask for a Stack to be left alone: nothing is recovered until you resume it");
  const auto flags = std::make_shared<PauseFlags>();
  command->add_option("STACK", flags->stack, "NAME or NAMESPACE/NAME")->required();
  command->add_option("--reason", flags->reason, "why; others see it")->type_name("TEXT");
  add_namespace_flag(*command, session.options, "namespace of the Stack; default: all namespaces");
  add_connection_flags(*command, session.options);
  add_output_flags(*command, session.options);
  command->footer(
      R"(The Stack is still looked at and what is found is still told. A recovery under way stops before its next effect. Several
people can ask; each resumes for themselves.

Examples:
  refloat pause temporal-dev --reason "database upgrade until noon"
  refloat pause argocd/temporal-dev)");
  command->callback([&session, flags] {
    session.action = [&session, flags] { return on_cluster(session, [&](World& world) { return pause(session, world, *flags); }); };
  });
}

}  // namespace refloat
