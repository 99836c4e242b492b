#include "cli/inputs.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/engine.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/stacks.h"
#include "cli/user_playbooks.h"
#include "config/playbook_reader.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "probe/probe.h"
#include "reconcile/reconcile.h"

namespace refloat {
namespace {

void read_extra_playbooks(Session& session, const Vocabulary& vocabulary, std::vector<Playbook>& playbooks, Diagnostics& diagnostics) {
  for (const std::string& dir : session.options.playbook_dirs) {
    const auto files = playbook_files(dir);
    if (!files) {
      diagnostics.error({dir}, files.error().message, files.error().hint);
      continue;
    }
    for (const std::string& file : *files) {
      const auto text = read_file(file, session.console.in);
      if (!text) {
        diagnostics.error({file}, text.error().message, text.error().hint);
        continue;
      }
      if (auto playbook = read_playbook(*text, file, vocabulary, diagnostics)) playbooks.push_back(std::move(*playbook));
    }
  }
}

// How an address may name the databases there are: NAME and STACK/NAME, and NAMESPACE/STACK/NAME, which is never ambiguous.
struct DatabaseNames {
  std::vector<std::string> short_ones;
  std::set<std::string> in_full;
};

DatabaseNames database_names(const std::vector<Stack>& stacks) {
  DatabaseNames names;
  for (const Stack& stack : stacks) {
    for (const StackDatabase& database : stack.databases) {
      const std::string in_stack = stack.name + "/" + database.name;
      names.short_ones.insert(names.short_ones.end(), {database.name, in_stack});
      names.in_full.insert(stack.ns + "/" + in_stack);
    }
  }
  return names;
}

Error no_such_database(const std::string& name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return {ErrorKind::invalid, "--database-address: no Stack has a database named " + printable(name, 100),
          near.empty() ? "known: " + (known.empty() ? "none" : join(known, ", ")) : "did you mean " + near + "?"};
}

// An address for a database that no Stack has is a typo, and would leave the real one unexamined.
Result<> check_addresses(const Inputs& inputs) {
  const DatabaseNames known = database_names(inputs.stacks);
  for (const auto& [name, address] : inputs.probe.addresses) {
    const auto meant = std::count(known.short_ones.begin(), known.short_ones.end(), name);
    if (meant == 1 || known.in_full.contains(name)) continue;
    if (meant == 0) return no_such_database(name, known.short_ones);
    const std::string whose = name.find('/') == std::string::npos ? "STACK/" : "NAMESPACE/";
    // A password of one must not be sent to the server of another.
    return Error{ErrorKind::invalid, "--database-address: several Stacks have a database named " + printable(name, 100),
                 "say which one: " + whose + printable(name, 100) + "=HOST:PORT"};
  }
  return ok();
}

// Only those of a Stack's own namespace judge it: nothing else is read where the Stacks are known.
PlaybookPlaces playbook_places(const Options& options, bool outside_stacks, const std::vector<Stack>& stacks) {
  std::set<std::string> namespaces;
  for (const Stack& stack : stacks) namespaces.insert(stack.ns);
  if (outside_stacks) return {{options.all_namespaces ? "" : options.ns}, namespaces};
  return {{namespaces.begin(), namespaces.end()}, {}};
}

Result<> apply_limits(const Options& options, Inputs& inputs) {
  for (Stack& stack : inputs.stacks) {
    auto limit = duration_flag("--operation-stuck-after", options.operation_stuck_after, stack.limits.operation_stuck_after);
    if (!limit) return limit.error();
    stack.limits.operation_stuck_after = *limit;
  }
  return ok();
}

}  // namespace

Result<ProbeOptions> probe_options(const Options& options, const World& world) {
  auto addresses = database_addresses(options);
  if (!addresses) return addresses.error();
  ProbeOptions probe;
  probe.addresses = std::move(*addresses);
  probe.trusted_hosts = options.trusted_hosts;
  probe.in_cluster = world.in_cluster;
  return probe;
}

std::optional<std::vector<Playbook>> load_playbooks(Session& session) {
  Diagnostics diagnostics;
  const Vocabulary vocabulary = session.engine.vocabulary();
  std::vector<Playbook> playbooks = session.engine.built_in_playbooks(vocabulary, diagnostics);
  read_extra_playbooks(session, vocabulary, playbooks, diagnostics);
  if (!diagnostics.has_errors()) lint_playbooks(playbooks, vocabulary, diagnostics);
  session.console.err << diagnostics.render();
  if (diagnostics.has_errors()) return std::nullopt;
  return playbooks;
}

Result<Gathered> gather(Session& session, World& world) {
  Gathered gathered;
  auto playbooks = load_playbooks(session);
  if (!playbooks) return Error{ErrorKind::invalid, "playbooks: not usable", "correct what is listed above"};
  gathered.inputs.playbooks = std::move(*playbooks);
  auto probe = probe_options(session.options, world);
  if (!probe) return probe.error();
  gathered.inputs.probe = std::move(*probe);
  Inputs& inputs = gathered.inputs;
  const bool chosen = !session.options.stacks.empty() || !session.options.files.empty();
  inputs.outside_stacks = !chosen || session.options.all_namespaces;
  const AddPlaybooks add = [&](const std::vector<Stack>& those) {
    return add_user_playbooks(session, world, playbook_places(session.options, inputs.outside_stacks, those), inputs.playbooks,
                              gathered.unexamined);
  };
  auto stacks = load_stacks(session, world, inputs.playbooks, add, gathered.unexamined);
  if (!stacks) return stacks.error();
  gathered.inputs.stacks = std::move(*stacks);
  if (auto checked = check_addresses(gathered.inputs); !checked) return checked.error();
  if (auto applied = apply_limits(session.options, gathered.inputs); !applied) return applied.error();
  if (!session.options.ns.empty() && !session.options.all_namespaces) gathered.inputs.application_namespaces = {session.options.ns};
  return gathered;
}

Result<Stack> only_stack(const Session& session, const Gathered& gathered) {
  const Inputs& inputs = gathered.inputs;
  if (inputs.stacks.size() == 1) return inputs.stacks.front();
  const auto unread = inputs.stacks.empty() ? why_unread(gathered.unexamined) : std::nullopt;
  if (unread) return *unread;
  if (inputs.stacks.empty())
    return Error{ErrorKind::invalid, "no Stack: there is nothing to recover", "describe one with -f stack.yaml, or install the Stack kind"};
  std::vector<std::string> names;
  names.reserve(inputs.stacks.size());
  for (const Stack& stack : inputs.stacks) names.push_back(printable(stack.ns + "/" + stack.name));
  return Error{ErrorKind::invalid, "several Stacks: one run recovers one",
               "name one of " + join(names, ", ") + ": " + session.program + " recover NAME"};
}

}  // namespace refloat
