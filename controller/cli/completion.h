// Completion scripts, generated from the commands and flags that exist.
#pragma once

#include <map>
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
    std::string doc = {};
  };
  // What a value may be; neither words nor files = anything.
  struct Values {
    std::vector<Word> words = {};
    bool files = false;
  };
  std::string path;                           // "playbook lint"; empty = the program itself
  std::vector<Word> words = {};               // subcommands, flags, and the arguments that are known
  bool files = false;                         // an argument may be a file
  std::map<std::string, Values> values = {};  // by the flag that takes them
};

// By the name that the help gives a value: "FORMAT", "FILE".
using KnownValues = std::map<std::string, CompletionNode::Values>;

std::vector<CompletionNode> completion_nodes(const CLI::App& root, const KnownValues& known);

// The script for bash, zsh or fish, or for kubectl, which asks a program of its own for a plugin's words.
Result<std::string> completion_script(const std::vector<CompletionNode>& nodes, const std::string& shell);

}  // namespace refloat
