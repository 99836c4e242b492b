// Mistakes in a user's file: collected, each with file:line, the offending line and a hint.
#pragma once

#include <string>
#include <vector>

namespace refloat {

// Where something stands in a file; line and column count from 1, 0 = unknown.
struct SourceMark {
  std::string file;
  int line = 0;
  int column = 0;
};

enum class Level { error, warning };

struct Diagnostic {
  Level level = Level::error;
  SourceMark where;
  std::string message;
  std::string hint;
};

class Diagnostics {
 public:
  void error(SourceMark where, std::string message, std::string hint = {});
  void warning(SourceMark where, std::string message, std::string hint = {});
  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  // "file:line:column: error: message" + source line if readable + "hint: ...", one block per diagnostic.
  [[nodiscard]] std::string render() const;

 private:
  std::vector<Diagnostic> all_;
};

}  // namespace refloat
