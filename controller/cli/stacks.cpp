#include "cli/stacks.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/engine.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/session.h"
#include "config/playbook_reader.h"
#include "kube/kube_api.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {
namespace {

std::string qualified(const Stack& stack) {
  return stack.ns + "/" + stack.name;
}

Result<> no_duplicates(const std::vector<Stack>& stacks) {
  for (auto it = stacks.begin(); it != stacks.end(); ++it) {
    const auto same = [&](const Stack& other) { return qualified(other) == qualified(*it); };
    const auto first = std::find_if(stacks.begin(), it, same);
    if (first == it) continue;
    return Error{ErrorKind::invalid, "Stack " + printable(qualified(*it)) + " is given twice",
                 first->mark.file + ":" + std::to_string(first->mark.line) + " and " + it->mark.file + ":" + std::to_string(it->mark.line)};
  }
  return ok();
}

// Which Stacks there are decides whose Playbooks count, and these decide which signatures a Stack may name: so Stacks are read twice.
Result<> add_for(const Session& session, const std::vector<Stack>& drafts, const AddPlaybooks& add) {
  const auto chosen = select_stacks(drafts, session.options.stacks, session.options.ns);
  return add(chosen ? *chosen : drafts);
}

Result<std::vector<Stack>> stacks_of_files(Session& session, const std::vector<Playbook>& playbooks, const AddPlaybooks& add) {
  std::vector<std::pair<std::string, std::string>> texts;  // name, content: standard input comes only once
  std::vector<Stack> drafts;
  Diagnostics unsaid;
  for (const std::string& file : session.options.files) {
    auto text = read_file(file, session.console.in);
    if (!text) return text.error();
    const std::string name = file == "-" ? "stdin" : file;
    const auto found = read_stacks(*text, name, unsaid);
    drafts.insert(drafts.end(), found.begin(), found.end());
    texts.emplace_back(name, std::move(*text));
  }
  if (auto added = add_for(session, drafts, add); !added) return added.error();
  std::vector<Stack> stacks;
  Diagnostics diagnostics;
  for (const auto& [name, text] : texts) {
    const auto found = read_stacks(text, name, diagnostics, &playbooks);
    stacks.insert(stacks.end(), found.begin(), found.end());
  }
  session.console.err << diagnostics.render();
  if (diagnostics.has_errors()) return Error{ErrorKind::invalid, "Stack files: not usable", "correct what is listed above"};
  if (stacks.empty())
    return Error{ErrorKind::invalid, "Stack files: no Stack in " + join(session.options.files, ", "),
                 "a document with kind: Stack is expected"};
  if (auto unique = no_duplicates(stacks); !unique) return unique.error();
  return stacks;
}

constexpr const char* unreadable = "Stack ";  // begins what is unexamined where one cannot be read; its name follows
constexpr const char* unlisted = "Stacks";    // is unexamined where they may not be listed

std::string first_mistake(const Diagnostics& diagnostics) {
  for (const Diagnostic& each : diagnostics.all()) {
    if (each.level == Level::error) return each.message + (each.hint.empty() ? "" : "; " + each.hint);
  }
  return "it is not what it should be";
}

// One broken object must not hide the others.
void add_stack_object(const Json& object, const std::vector<Playbook>& playbooks, std::vector<Stack>& stacks,
                      std::vector<Unexamined>& unexamined) {
  Diagnostics diagnostics;
  auto stack = read_stack_object(object, diagnostics, &playbooks);
  if (stack) {
    stacks.push_back(std::move(*stack));
    return;
  }
  const std::string name = text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
  unexamined.push_back({unreadable + name, first_mistake(diagnostics), ErrorKind::invalid});
}

// None where the kind is not installed, or may not be listed.
Result<std::vector<Json>> stack_objects(const Session& session, World& world, std::vector<Unexamined>& unexamined) {
  const bool everywhere = session.options.all_namespaces || session.options.ns.empty();
  Resource resource{"refloat.dev", "v1alpha1", "stacks", everywhere ? "" : session.options.ns, "", ""};
  auto list = world.kube->list(resource, {});
  if (list) return std::move(list->items);
  if (list.error().kind == ErrorKind::not_found) return std::vector<Json>{};
  if (list.error().kind != ErrorKind::denied) return list.error().wrap("list Stacks");
  unexamined.push_back({unlisted, list.error().message + (everywhere ? "; name a namespace with -n" : ""), ErrorKind::denied});
  return std::vector<Json>{};
}

Result<std::vector<Stack>> stacks_of_cluster(const Session& session, World& world, const std::vector<Playbook>& playbooks,
                                             const AddPlaybooks& add, std::vector<Unexamined>& unexamined) {
  const auto objects = stack_objects(session, world, unexamined);
  if (!objects) return objects.error();
  std::vector<Stack> drafts;
  Diagnostics unsaid;
  for (const Json& object : *objects) {
    if (auto stack = read_stack_object(object, unsaid)) drafts.push_back(std::move(*stack));
  }
  if (auto added = add_for(session, drafts, add); !added) return added.error();
  std::vector<Stack> stacks;
  for (const Json& object : *objects) add_stack_object(object, playbooks, stacks, unexamined);
  return stacks;
}

bool is_named(const Stack& stack, const std::string& name, const std::string& ns) {
  if (name.find('/') != std::string::npos) return qualified(stack) == name;
  return stack.name == name && (ns.empty() || stack.ns == ns);
}

// The Stack that could not be read, where the gap is one.
std::optional<Stack> unread_stack(const Unexamined& gap) {
  const auto slash = gap.what.find('/');
  if (!gap.what.starts_with(unreadable) || slash == std::string::npos) return std::nullopt;
  const std::size_t begin = std::string_view(unreadable).size();
  Stack stack;
  stack.ns = gap.what.substr(begin, slash - begin);
  stack.name = gap.what.substr(slash + 1);
  return stack;
}

bool is_any_of(const Stack& stack, const Options& options) {
  return std::any_of(options.stacks.begin(), options.stacks.end(),
                     [&](const std::string& name) { return is_named(stack, name, options.ns); });
}

// A name that none of them has may be that of one that could not be read.
std::optional<Error> why_missing(const Options& options, const std::vector<Stack>& stacks, const std::vector<Unexamined>& gaps) {
  for (const std::string& name : options.stacks) {
    const bool known = std::any_of(stacks.begin(), stacks.end(), [&](const Stack& stack) { return is_named(stack, name, options.ns); });
    if (known) continue;
    if (auto why = why_unread(gaps, name, options.ns)) return why;
  }
  return std::nullopt;
}

// What is wrong with a Stack that nobody asked for makes nothing incomplete.
void drop_unasked(const Options& options, std::vector<Unexamined>& gaps) {
  if (options.stacks.empty()) return;
  std::erase_if(gaps, [&](const Unexamined& gap) {
    const auto stack = unread_stack(gap);
    return stack && !is_any_of(*stack, options);
  });
}

Error unknown_stack(const std::string& name, const std::vector<Stack>& stacks) {
  std::vector<std::string> names;
  names.reserve(stacks.size());
  for (const Stack& stack : stacks) names.push_back(stack.name);
  const std::string near = nearest(name, names);
  const std::string known = names.empty() ? "there is none: describe one with -f stack.yaml" : "known: " + join(names, ", ");
  return {ErrorKind::invalid, "Stack " + printable(name, 200) + ": not found",
          near.empty() ? known : "did you mean " + near + "? " + known};
}

}  // namespace

std::optional<Error> why_unread(const std::vector<Unexamined>& gaps, const std::string& name, const std::string& ns) {
  for (const Unexamined& gap : gaps) {
    if (gap.what == unlisted)
      return Error{ErrorKind::denied, "may not list Stacks: " + gap.why,
                   "grant verb list on stacks.refloat.dev, or give the Stack with -f stack.yaml"};
    const auto stack = unread_stack(gap);
    if (stack && (name.empty() || is_named(*stack, name, ns)))
      return Error{ErrorKind::invalid, gap.what + " cannot be read: " + gap.why,
                   "correct it: kubectl edit stacks.refloat.dev -n " + stack->ns + " " + stack->name};
  }
  return std::nullopt;
}

Result<std::vector<Stack>> select_stacks(const std::vector<Stack>& stacks, const std::vector<std::string>& names, const std::string& ns) {
  if (names.empty()) return stacks;
  std::vector<Stack> chosen;
  for (const std::string& name : names) {
    const std::size_t before = chosen.size();
    std::copy_if(stacks.begin(), stacks.end(), std::back_inserter(chosen), [&](const Stack& stack) { return is_named(stack, name, ns); });
    if (chosen.size() == before) return unknown_stack(name, stacks);
  }
  return chosen;
}

Result<std::vector<Stack>> load_stacks(Session& session, World& world, const std::vector<Playbook>& playbooks, const AddPlaybooks& add,
                                       std::vector<Unexamined>& unexamined) {
  auto stacks = session.options.files.empty() ? stacks_of_cluster(session, world, playbooks, add, unexamined)
                                              : stacks_of_files(session, playbooks, add);
  if (!stacks) return stacks.error();
  if (auto why = why_missing(session.options, *stacks, unexamined)) return *why;
  drop_unasked(session.options, unexamined);
  return select_stacks(*stacks, session.options.stacks, session.options.ns);
}

}  // namespace refloat
