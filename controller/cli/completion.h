// Completion scripts, generated from the commands and flags that exist.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace refloat {

// What may follow one command.
struct CompletionNode {
  struct Word {
    std::string text;
    std::string doc;
  };
  std::string path;         // "playbook lint"; empty = the program itself
  std::vector<Word> words;  // subcommands and flags
};

std::vector<CompletionNode> completion_nodes(const CLI::App& root);

// The script for bash, zsh or fish.
Result<std::string> completion_script(const std::vector<CompletionNode>& nodes, const std::string& shell);

}  // namespace refloat
