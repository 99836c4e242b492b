#include "base/diagnostics.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

#include "base/text.h"

namespace refloat {

namespace {

// The offending line, if the file can still be read; "" for text that came from elsewhere.
std::string source_line(const SourceMark& mark) {
  std::ifstream in(mark.file);
  std::string line;
  for (int i = 0; i < mark.line; ++i) {
    if (!std::getline(in, line)) return {};
  }
  return mark.line > 0 ? printable(line, 160) : std::string();
}

std::string place(const SourceMark& mark) {
  std::string out = mark.file;
  if (mark.line > 0) out += ":" + std::to_string(mark.line);
  if (mark.column > 0) out += ":" + std::to_string(mark.column);
  return out.empty() ? out : out + ": ";
}

}  // namespace

void Diagnostics::error(SourceMark where, std::string message, std::string hint) {
  all_.push_back({Level::error, std::move(where), std::move(message), std::move(hint)});
}

void Diagnostics::warning(SourceMark where, std::string message, std::string hint) {
  all_.push_back({Level::warning, std::move(where), std::move(message), std::move(hint)});
}

bool Diagnostics::has_errors() const {
  return std::any_of(all_.begin(), all_.end(), [](const Diagnostic& d) { return d.level == Level::error; });
}

std::string Diagnostics::render() const {
  std::string out;
  for (const Diagnostic& d : all_) {
    out += place(d.where) + (d.level == Level::error ? "error: " : "warning: ") + printable(d.message, 600) + "\n";
    const std::string line = source_line(d.where);
    if (!line.empty()) out += "    " + line + "\n";
    if (!d.hint.empty()) out += "    hint: " + printable(d.hint, 600) + "\n";
  }
  return out;
}

}  // namespace refloat
