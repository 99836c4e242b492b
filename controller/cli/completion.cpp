#include "cli/completion.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"

namespace refloat {
namespace {

std::string without_quotes(std::string text) {
  for (char& c : text) {
    if (c == '\'' || c == '[' || c == ']' || c == ':' || c == '"' || c == '`' || c == '$') c = ' ';
  }
  return text;
}

void add_option_words(const CLI::Option& option, CompletionNode& node) {
  for (const std::string& name : option.get_lnames()) node.words.push_back({"--" + name, without_quotes(option.get_description())});
  for (const std::string& name : option.get_snames()) node.words.push_back({"-" + name, without_quotes(option.get_description())});
}

void add_nodes(const CLI::App& app, const std::string& path, std::vector<CompletionNode>& nodes) {
  CompletionNode node{path, {}};
  const auto children = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : children) node.words.push_back({child->get_name(), without_quotes(child->get_description())});
  for (const CLI::Option* option : app.get_options()) add_option_words(*option, node);
  nodes.push_back(std::move(node));
  for (const CLI::App* child : children) add_nodes(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), nodes);
}

std::string words_of(const CompletionNode& node) {
  std::vector<std::string> words;
  words.reserve(node.words.size());
  for (const auto& word : node.words) words.push_back(word.text);
  return join(words, " ");
}

std::string command_words(const std::vector<CompletionNode>& nodes) {
  std::vector<std::string> paths;
  for (const CompletionNode& node : nodes) {
    if (!node.path.empty()) paths.push_back("\"" + node.path + "\"");
  }
  return join(paths, "|");
}

std::string bash_script(const std::vector<CompletionNode>& nodes) {
  std::string cases;
  for (const CompletionNode& node : nodes) cases += "    \"" + node.path + "\") words=\"" + words_of(node) + "\" ;;\n";
  return "# bash completion for refloat; load it with: source <(refloat completion bash)\n"
         "_refloat() {\n"
         "  local path=\"\" word try words=\"\"\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    try=\"${path:+$path }$word\"\n"
         "    case \"$try\" in " +
         command_words(nodes) +
         ") path=\"$try\" ;; esac\n"
         "  done\n"
         "  case \"$path\" in\n" +
         cases +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -F _refloat refloat kubectl-refloat\n";
}

std::string zsh_script(const std::vector<CompletionNode>& nodes) {
  std::string cases;
  for (const CompletionNode& node : nodes) {
    cases += "    \"" + node.path + "\") words=(";
    for (const auto& word : node.words) cases += " '" + word.text + ":" + word.doc + "'";
    cases += " ) ;;\n";
  }
  return "#compdef refloat kubectl-refloat\n"
         "# zsh completion for refloat; load it with: source <(refloat completion zsh)\n"
         "_refloat() {\n"
         "  local path_so_far=\"\" word try\n"
         "  local -a words_given words\n"
         "  words_given=(\"${(@)words[2,CURRENT-1]}\")\n"
         "  words=()\n"
         "  for word in $words_given; do\n"
         "    try=\"${path_so_far:+$path_so_far }$word\"\n"
         "    case \"$try\" in " +
         command_words(nodes) +
         ") path_so_far=\"$try\" ;; esac\n"
         "  done\n"
         "  case \"$path_so_far\" in\n" +
         cases +
         "  esac\n"
         "  _describe 'refloat' words || _files\n"
         "}\n"
         "compdef _refloat refloat kubectl-refloat\n";
}

// fish: a command's words are offered once its own words were typed; those of the root while no command was.
std::string fish_condition(const CompletionNode& node) {
  if (node.path.empty()) return "__fish_use_subcommand";
  std::vector<std::string> seen;
  for (const std::string& word : split(node.path, ' ')) seen.push_back("__fish_seen_subcommand_from " + word);
  return join(seen, "; and ");
}

std::string fish_word(const CompletionNode::Word& word) {
  if (starts_with_any(word.text, {"--"})) return "-l " + word.text.substr(2);
  if (starts_with_any(word.text, {"-"})) return "-s " + word.text.substr(1);
  return "-a " + word.text;
}

std::string fish_script(const std::vector<CompletionNode>& nodes) {
  std::string script = "# fish completion for refloat; load it with: refloat completion fish | source\n";
  for (const CompletionNode& node : nodes) {
    for (const auto& word : node.words) {
      script += "complete -c refloat -n '" + fish_condition(node) + "' " + fish_word(word) + " -d '" + word.doc + "'\n";
    }
  }
  return script;
}

int print_completion(Session& session, const CLI::App& root, const std::string& shell) {
  const auto script = completion_script(completion_nodes(root), shell);
  if (!script) return fail(session.console, script.error());
  session.console.out << *script;
  return 0;
}

}  // namespace

std::vector<CompletionNode> completion_nodes(const CLI::App& root) {
  std::vector<CompletionNode> nodes;
  add_nodes(root, "", nodes);
  return nodes;
}

Result<std::string> completion_script(const std::vector<CompletionNode>& nodes, const std::string& shell) {
  if (shell == "bash") return bash_script(nodes);
  if (shell == "zsh") return zsh_script(nodes);
  if (shell == "fish") return fish_script(nodes);
  return Error{ErrorKind::invalid, "completion: no script for shell " + printable(shell, 40), "use bash, zsh or fish"};
}

void add_completion(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("completion", "print a completion script for bash, zsh or fish");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required();
  command->footer("Example:\n  source <(refloat completion bash)");
  command->callback(
      [&root, &session, shell] { session.action = [&root, &session, shell] { return print_completion(session, root, *shell); }; });
}

}  // namespace refloat
