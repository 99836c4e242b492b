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

struct ResumeFlags {
  std::string stack;
  std::string of;  // whose request; empty = one's own
  bool all = false;
};

void say(Session& session, const Json& before, const Json& after) {
  const std::vector<std::string> left = pause_requests_of(after);
  const std::string name = "stack.refloat.dev/" + text_at(after, {"metadata", "name"});
  if (left.empty()) {
    session.console.out << name << (pause_requests_of(before).empty() ? " was not paused\n" : " resumed\n");
    return;
  }
  const bool removed = left.size() != pause_requests_of(before).size();
  session.console.out << name << (removed ? " still" : " is not paused by you, but") << " paused by " << printable(join(left, "; "), 2000)
                      << "\n";
  session.console.err << "hint: --of WHO removes the request of somebody else\n";
}

int resume_stack(Session& session, World& world, const ResumeFlags& flags) {
  const auto format = parse_format(session.options.output);
  const auto stack = find_stack_object(session, world, flags.stack);
  if (!stack) return fail(session.console, stack.error());
  const std::string who = !flags.of.empty() ? flags.of : flags.all ? std::string() : own_name(*world.kube);
  const auto resumed = edit_pause_requests(world, *stack, [&](std::vector<std::string> entries) {
    return flags.all ? std::vector<std::string>() : without_requests(std::move(entries), who);
  });
  if (!resumed) return fail(session.console, resumed.error());
  warn_if_declared(session, *resumed);
  if (*format == Format::json)
    session.console.out << resumed->dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  else
    say(session, *stack, *resumed);
  return 0;
}

}  // namespace

void add_resume(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("resume", "take back a request to leave a Stack alone");
  const auto flags = std::make_shared<ResumeFlags>();
  command->add_option("STACK", flags->stack, "NAME or NAMESPACE/NAME")->required();
  auto* of = command->add_option("--of", flags->of, "whose request, as pause showed it; default your own")->type_name("WHO");
  command->add_flag("--all", flags->all, "everybody's requests")->excludes(of);
  add_namespace_flag(*command, session.options, "namespace of the Stack; default: all namespaces");
  add_connection_flags(*command, session.options);
  add_output_flags(*command, session.options);
  command->footer(R"(Removes your own request; those of others stay and keep the Stack paused.

Examples:
  refloat resume temporal-dev
  refloat resume temporal-dev --of release-train
  refloat resume argocd/temporal-dev --all)");
  command->callback([&session, flags] {
    session.action = [&session, flags] { return on_cluster(session, [&](World& world) { return resume_stack(session, world, *flags); }); };
  });
}

}  // namespace refloat
