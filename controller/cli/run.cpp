#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/likely.h"
#include "cli/session.h"
#include "cli/version.h"

namespace refloat {
namespace {

constexpr const char* footer =
    R"(Exit codes: 0 nothing found, or recovered and verified; 1 usage, configuration or connection error; 2 findings;
3 incomplete: something could not be examined; 4 refused: by a guardrail, by you, or because nothing found may be
repaired automatically; 5 recovery failed or could not be verified.
Results go to stdout, everything else to stderr.)";

// The innermost command that the parser reached.
const CLI::App& reached(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : reached(*parsed.back());
}

std::vector<std::string> names_of_subcommands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(child->get_name());
  return names;
}

// Long ones only: every letter is near to every other.
std::vector<std::string> names_of_flags(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// Commands that take this flag.
void add_takers(const CLI::App& app, const std::string& flag, const std::string& path, std::vector<std::string>& names) {
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string name = path + child->get_name();
    if (child->get_option_no_throw(flag) != nullptr) names.push_back(name);
    add_takers(*child, flag, name + " ", names);
  }
}

std::string full_name(const CLI::App& app, const std::string& program) {
  if (app.get_parent() == nullptr) return program;
  return full_name(*app.get_parent(), program) + " " + app.get_name();
}

// "-v=6": what follows a flag that takes no value is left over as "-=6".
bool is_unwanted_value(const std::string& argument) {
  return argument.starts_with("-=");
}

std::string hint_for(const std::string& name, bool flag, const CLI::App& app, const CLI::App& root) {
  std::vector<std::string> takers;
  if (flag) add_takers(root, name, "", takers);
  if (!takers.empty()) return "it goes after one of these commands: " + join(takers, ", ") + "; ";
  const bool letter = flag && !name.starts_with("--");
  const std::string near = letter ? "" : likely(name, flag ? names_of_flags(app) : names_of_subcommands(app));
  return near.empty() ? "" : "did you mean " + near + "? ";
}

// An argument that nothing took: a misspelt command or flag, most often.
int unknown_argument(const std::string& argument, const CLI::App& root, Session& session) {
  const CLI::App& app = reached(root);
  const std::string help = "see " + full_name(app, session.program) + " --help";
  if (is_unwanted_value(argument))
    return fail(session.console, {ErrorKind::invalid, "unexpected " + argument.substr(1) + ": the flag before it takes no value", help});
  const bool flag = argument.size() > 1 && argument.front() == '-';
  const std::string name = flag ? argument.substr(0, argument.find('=')) : argument;
  const std::string what = flag ? "unknown flag" : names_of_subcommands(app).empty() ? "unexpected argument" : "unknown command";
  return fail(session.console, {ErrorKind::invalid, what + ": " + name, hint_for(name, flag, app, root) + help});
}

// Of the command that was reached, with the whole way to it.
void print_help(const CLI::App& root, Console& console) {
  const std::string text = root.help();
  console.out << text << (text.empty() || text.back() != '\n' ? "\n" : "");
}

// Asked for help or the version; a command that does not exist has none.
int answer(const CLI::ParseError& asked, const CLI::App& root, Session& session) {
  const auto left = root.remaining(true);
  const auto word = std::find_if(left.begin(), left.end(), [](const std::string& each) { return !each.starts_with("-"); });
  if (word != left.end()) return unknown_argument(*word, root, session);
  if (dynamic_cast<const CLI::CallForVersion*>(&asked) != nullptr)
    session.console.out << asked.what() << "\n";
  else
    print_help(root, session.console);
  return 0;
}

int parse_failed(const CLI::ParseError& error, const CLI::App& root, Session& session) {
  if (dynamic_cast<const CLI::Success*>(&error) != nullptr) return answer(error, root, session);
  const auto left = root.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left.empty()) return unknown_argument(left.front(), root, session);
  return fail(session.console, {ErrorKind::invalid, error.what(), "see " + full_name(reached(root), session.program) + " --help"});
}

// Texts speak of "refloat"; as a plugin it is called otherwise.
std::string with_program(std::string text, const std::string& program) {
  const std::string own = "refloat ";
  for (auto at = text.find(own); at != std::string::npos; at = text.find(own, at + program.size() + 1)) {
    const bool begins = at == 0 || std::string_view(" `(\n").find(text[at - 1]) != std::string_view::npos;
    if (begins) text.replace(at, own.size() - 1, program);
  }
  return text;
}

void call_by(const std::string& program, CLI::App& app) {
  app.footer(with_program(app.get_footer(), program));
  for (CLI::App* child : app.get_subcommands([](CLI::App*) { return true; })) call_by(program, *child);
}

}  // namespace

std::string program_of(const std::string& argv0) {
  const auto slash = argv0.rfind('/');
  const std::string name = slash == std::string::npos ? argv0 : argv0.substr(slash + 1);
  if (name == "kubectl-refloat") return "kubectl refloat";
  return name.empty() ? "refloat" : name;
}

int run(const std::string& program, const std::vector<std::string>& arguments, const std::vector<AddCommand>& commands, Console& console,
        const Engine& engine) {
  Session session{console, engine, program};
  CLI::App root("Gets an Argo CD application that ran aground afloat again.", program);
  root.footer(footer);
  root.require_subcommand(0, 1);
  root.set_version_flag("--version", version_line(), "print the version and exit");
  for (const AddCommand add : commands) add(root, session);
  call_by(program, root);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    root.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return parse_failed(error, root, session);
  }
  if (session.action) return session.action();
  print_help(root, console);
  return 0;
}

}  // namespace refloat
