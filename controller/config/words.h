// The closed lists of words that playbooks and Stacks share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/finding.h"
#include "model/playbook.h"
#include "model/stack.h"

namespace refloat {

// Words and what they stand for, in the order in which they are shown.
const std::vector<std::pair<std::string, Scope>>& scope_words();
const std::vector<std::pair<std::string, Phase>>& phase_words();
const std::vector<std::pair<std::string, Severity>>& severity_words();
const std::vector<std::pair<std::string, Recoverable>>& recoverable_words();
const std::vector<std::pair<std::string, Mode>>& mode_words();
const std::vector<std::pair<std::string, Permission>>& permission_words();
// Roles an Application can have in a Stack.
const std::vector<std::string>& role_words();
// Database dialects that facts know to read.
const std::vector<std::string>& dialect_words();
const std::vector<std::string>& tls_mode_words();

template <class T>
std::vector<std::string> words_of(const std::vector<std::pair<std::string, T>>& table) {
  std::vector<std::string> words;
  for (const auto& [word, value] : table) words.push_back(word);
  return words;
}

template <class T>
std::string word_for(const std::vector<std::pair<std::string, T>>& table, T wanted) {
  for (const auto& [word, value] : table) {
    if (value == wanted) return word;
  }
  return {};
}

inline std::string scope_name(Scope scope) {
  return word_for(scope_words(), scope);
}
inline std::string phase_name(Phase phase) {
  return word_for(phase_words(), phase);
}

}  // namespace refloat
