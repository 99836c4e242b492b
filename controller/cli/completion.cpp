#include "cli/completion.h"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/demo/incidents.h"
#include "cli/engine.h"
#include "cli/session.h"
#include "model/playbook.h"

namespace refloat {
namespace {

using Words = std::vector<CompletionNode::Word>;

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  return names;
}

// What the help calls its value; the library appends what its checks say after a colon.
std::string value_name(const CLI::Option& option) {
  const std::string name = option.get_positional() ? option.get_name(true) : option.get_type_name();
  return name.substr(0, name.find(':'));
}

void add_argument(const CompletionNode::Values& values, CompletionNode& node) {
  node.words.insert(node.words.end(), values.words.begin(), values.words.end());
  node.files = node.files || values.files;
}

void add_option(const CLI::Option& option, const KnownValues& known, CompletionNode& node) {
  const auto found = known.find(value_name(option));
  const CompletionNode::Values values = found == known.end() ? CompletionNode::Values{} : found->second;
  if (option.get_positional()) add_argument(values, node);
  for (const std::string& name : names_of(option)) {
    node.words.push_back({name, printable(option.get_description())});
    if (option.get_items_expected_max() > 0) node.values[name] = values;
  }
}

void add_nodes(const CLI::App& app, const std::string& path, const KnownValues& known, std::vector<CompletionNode>& nodes) {
  CompletionNode node{path};
  const auto children = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : children) node.words.push_back({child->get_name(), printable(child->get_description())});
  for (const CLI::Option* option : app.get_options()) add_option(*option, known, node);
  nodes.push_back(std::move(node));
  for (const CLI::App* child : children) add_nodes(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), known, nodes);
}

std::string texts_of(const Words& words) {
  std::vector<std::string> texts;
  texts.reserve(words.size());
  for (const auto& word : words) texts.push_back(word.text);
  return join(texts, " ");
}

// In single quotes, with what stands for a quote inside them: shells differ.
std::string quoted(const std::string& text, const std::string& quote) {
  std::string result;
  for (const char c : text) result += c == '\'' ? quote : std::string(1, c);
  return "'" + result + "'";
}

std::vector<std::string> command_paths(const std::vector<CompletionNode>& nodes) {
  std::vector<std::string> paths;
  for (const CompletionNode& node : nodes) {
    if (!node.path.empty()) paths.push_back("\"" + node.path + "\"");
  }
  return paths;
}

// How a shell with `case` is told what to offer.
struct CaseShell {
  std::string (*offer)(const Words& words);
  const char* offer_files;
};

std::string code_of(const CompletionNode::Values& values, const CaseShell& shell) {
  if (values.files) return std::string(shell.offer_files) + "; return";
  return values.words.empty() ? "return" : shell.offer(values.words);
}

// One branch for each way to go on, with all flags after which it is right, as "COMMAND FLAG".
std::string value_branches(const std::vector<CompletionNode>& nodes, const CaseShell& shell) {
  std::map<std::string, std::vector<std::string>> flags_by_code;
  for (const CompletionNode& node : nodes) {
    for (const auto& [flag, values] : node.values) flags_by_code[code_of(values, shell)].push_back("\"" + node.path + " " + flag + "\"");
  }
  std::string branches;
  for (const auto& [code, flags] : flags_by_code) branches += "    " + join(flags, "|") + ") " + code + " ;;\n";
  return branches;
}

std::string command_branches(const std::vector<CompletionNode>& nodes, const CaseShell& shell) {
  std::string branches;
  for (const CompletionNode& node : nodes) branches += "      \"" + node.path + "\") " + shell.offer(node.words) + " ;;\n";
  return branches;
}

std::string bash_words(const Words& words) {
  return "words=\"" + texts_of(words) + "\"";
}

// A value may be cut off its flag by "=", which bash takes for a word of its own.
std::string bash_script(const std::vector<CompletionNode>& nodes) {
  const CaseShell bash{bash_words, "_refloat_files"};
  return R"(# bash completion for refloat; load it with: source <(refloat completion bash)
_refloat_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
_refloat() {
  local path="" before="" words="" word try current="${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  [ "$current" != "=" ] || current=""
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    try="${path:+$path }$word"
    case "$try" in )" +
         join(command_paths(nodes), "|") + R"() path="$try" ;; esac
    [ "$word" = "=" ] || before="$word"
  done
  case "$path $before" in
)" + value_branches(nodes, bash) +
         R"(    *) case "$path" in
)" + command_branches(nodes, bash) +
         R"(    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ ${#COMPREPLY[@]} -gt 0 ] || _refloat_files
}
complete -F _refloat refloat kubectl-refloat
)";
}

std::string zsh_words(const Words& words) {
  std::vector<std::string> items;
  items.reserve(words.size());
  for (const auto& word : words) items.push_back(quoted(word.doc.empty() ? word.text : word.text + ":" + word.doc, R"('\'')"));
  return "offered=(" + join(items, " ") + ")";
}

// `words`, `path` and others are zsh's own: a local of such a name hides from the function what it was called for.
std::string zsh_script(const std::vector<CompletionNode>& nodes) {
  const CaseShell zsh{zsh_words, "_files"};
  return R"(#compdef refloat kubectl-refloat
# zsh completion for refloat; load it with: source <(refloat completion zsh)
_refloat() {
  local path_so_far="" before="" word try
  local -a offered
  for word in "${(@)words[2,CURRENT-1]}"; do
    try="${path_so_far:+$path_so_far }$word"
    case "$try" in )" +
         join(command_paths(nodes), "|") + R"() path_so_far="$try" ;; esac
    before="$word"
  done
  if [[ "$words[CURRENT]" == --*=* ]]; then
    before="${words[CURRENT]%%=*}"
    compset -P '*='
  fi
  case "$path_so_far $before" in
)" + value_branches(nodes, zsh) +
         R"(    *) case "$path_so_far" in
)" + command_branches(nodes, zsh) +
         R"(    esac ;;
  esac
  _describe refloat offered || _files
}
compdef _refloat refloat kubectl-refloat
# As a file of $fpath it is run by the first call, and has to answer it; sourced it only declares.
if [ "$funcstack[1]" = _refloat ]; then _refloat; fi
)";
}

std::string fish_quoted(const std::string& text) {
  return quoted(text, R"(\')");
}

std::string fish_word(const CompletionNode::Word& word) {
  if (starts_with_any(word.text, {"--"})) return "-l " + word.text.substr(2);
  if (starts_with_any(word.text, {"-"})) return "-s " + word.text.substr(1);
  return "-a " + word.text;
}

std::string fish_values(const CompletionNode& node, const std::string& flag) {
  const auto found = node.values.find(flag);
  if (found == node.values.end()) return "";
  if (found->second.files) return " -r -F";
  return found->second.words.empty() ? " -x" : " -x -a '" + texts_of(found->second.words) + "'";
}

std::string fish_node(const CompletionNode& node) {
  const std::string head = "complete -c refloat -n '__refloat_at" + (node.path.empty() ? "" : " " + node.path) + "' ";
  std::string lines = node.files ? head + "-F\n" : "";
  for (const auto& word : node.words) {
    lines += head + fish_word(word) + fish_values(node, word.text);
    lines += (word.doc.empty() ? "" : " -d " + fish_quoted(word.doc)) + "\n";
  }
  return lines;
}

std::string fish_script(const std::vector<CompletionNode>& nodes) {
  std::string script = R"(# fish completion for refloat; load it with: refloat completion fish | source
function __refloat_at -d 'whether the command typed so far is exactly this one'
    set -l path
    set -l typed (commandline -opc)
    set -e typed[1]
    for word in $typed
        set -l try $path $word
        contains -- "$try" )" +
                       join(command_paths(nodes), " ") + R"(; and set path $try
    end
    test "$path" = "$argv"
end
complete -c refloat -f
complete -c kubectl-refloat -w refloat
)";
  for (const CompletionNode& node : nodes) script += fish_node(node);
  return script;
}

constexpr const char* kubectl_script =
    R"(#!/usr/bin/env bash
# kubectl runs this to complete `kubectl refloat`; keep it in $PATH as kubectl_complete-refloat
source <(refloat completion bash)
COMP_WORDS=(refloat "$@")
COMP_CWORD=$#
_refloat
[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
echo :0
)";

CompletionNode::Values words_only(const std::vector<std::string>& texts) {
  CompletionNode::Values values;
  for (const std::string& text : texts) values.words.push_back({text});
  return values;
}

CompletionNode::Values signature_ids(const Session& session) {
  Diagnostics ignored;
  CompletionNode::Values values;
  for (const Playbook& playbook : session.engine.built_in_playbooks(session.engine.vocabulary(), ignored))
    values.words.push_back({playbook.signature.id, printable(playbook.summary)});
  return values;
}

CompletionNode::Values incident_names() {
  CompletionNode::Values values;
  for (const Incident& incident : all_incidents()) values.words.push_back({incident.name, incident.story});
  return values;
}

KnownValues known_values(const Session& session) {
  const CompletionNode::Values files{{}, true};
  return {{"FORMAT", words_only({"text", "short", "json"})},
          {"WHEN", words_only({"auto", "always", "never"})},
          {"SEVERITY", words_only({"critical", "warning", "info"})},
          {"SHELL", words_only({"bash", "zsh", "fish", "kubectl"})},
          {"ID", signature_ids(session)},
          {"INCIDENT", incident_names()},
          {"FILE", files},
          {"DIR", files},
          {"PATH", files}};
}

int print_completion(Session& session, const CLI::App& root, const std::string& shell) {
  const auto script = completion_script(completion_nodes(root, known_values(session)), shell);
  if (!script) return fail(session.console, script.error());
  session.console.out << *script;
  return 0;
}

}  // namespace

std::vector<CompletionNode> completion_nodes(const CLI::App& root, const KnownValues& known) {
  std::vector<CompletionNode> nodes;
  add_nodes(root, "", known, nodes);
  return nodes;
}

Result<std::string> completion_script(const std::vector<CompletionNode>& nodes, const std::string& shell) {
  if (shell == "bash") return bash_script(nodes);
  if (shell == "zsh") return zsh_script(nodes);
  if (shell == "fish") return fish_script(nodes);
  if (shell == "kubectl") return std::string(kubectl_script);
  return Error{ErrorKind::invalid, "completion: no script for shell " + printable(shell, 40), "use bash, zsh, fish or kubectl"};
}

void add_completion(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("completion", "print a completion script for bash, zsh, fish or kubectl");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish; kubectl for the program that completes `kubectl refloat`")->required();
  command->footer(R"(`make install` puts all of them where they are found.

Examples:
  source <(refloat completion bash)
  refloat completion kubectl > ~/bin/kubectl_complete-refloat && chmod +x ~/bin/kubectl_complete-refloat)");
  command->callback(
      [&root, &session, shell] { session.action = [&root, &session, shell] { return print_completion(session, root, *shell); }; });
}

}  // namespace refloat
