#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/session.h"

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

std::vector<std::string> names_of_flags(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::string full_name(const CLI::App& app, const std::string& program) {
  if (app.get_parent() == nullptr) return program;
  return full_name(*app.get_parent(), program) + " " + app.get_name();
}

// An argument that nothing took: a misspelt command or flag, most often.
int unknown_argument(const std::string& argument, const CLI::App& app, Session& session) {
  const bool flag = argument.size() > 1 && argument.front() == '-';
  const auto candidates = flag ? names_of_flags(app) : names_of_subcommands(app);
  const std::string name = flag ? argument.substr(0, argument.find('=')) : argument;
  const std::string near = nearest(name, candidates);
  const std::string help = full_name(app, session.program) + " --help";
  const std::string what = flag ? "unknown flag" : candidates.empty() ? "unexpected argument" : "unknown command";
  return fail(session.console,
              {ErrorKind::invalid, what + ": " + name, near.empty() ? "see " + help : "did you mean " + near + "? see " + help});
}

void print_help(const CLI::App& app, Console& console) {
  const std::string text = app.help();
  console.out << text << (text.empty() || text.back() != '\n' ? "\n" : "");
}

int parse_failed(const CLI::ParseError& error, const CLI::App& root, Session& session) {
  const CLI::App& app = reached(root);
  if (dynamic_cast<const CLI::CallForHelp*>(&error) != nullptr || dynamic_cast<const CLI::CallForAllHelp*>(&error) != nullptr) {
    print_help(root, session.console);
    return 0;
  }
  const auto left = root.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left.empty()) return unknown_argument(left.front(), app, session);
  return fail(session.console, {ErrorKind::invalid, error.what(), "see " + full_name(app, session.program) + " --help"});
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
  for (const AddCommand add : commands) add(root, session);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    root.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return parse_failed(error, root, session);
  }
  if (session.action) return session.action();
  print_help(reached(root), console);
  return 0;
}

}  // namespace refloat
