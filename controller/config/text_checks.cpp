#include "config/text_checks.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/diagnostics.h"
#include "base/text.h"

namespace refloat {
namespace {

SourceMark mark_at(const std::string& text, const std::string& file, std::size_t offset) {
  const std::string_view before = std::string_view(text).substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {file, static_cast<int>(line), static_cast<int>(offset - line_start) + 1};
}

std::size_t first_difference(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(left - a.begin());
}

bool is_forbidden_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f;
}

// Offset of a tab that stands before the first other character of its line.
std::size_t leading_tab(std::string_view text) {
  bool leading = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      leading = true;
    } else if (leading && text[i] == '\t') {
      const std::size_t next = text.find_first_not_of(" \t\r", i);
      if (next != std::string_view::npos && text[next] != '\n' && text[next] != '#') return i;
      leading = false;
    } else if (text[i] != ' ') {
      leading = false;
    }
  }
  return std::string_view::npos;
}

bool is_label(std::string_view label) {
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (label.empty() || label.size() > 63 || !alphanumeric(label.front()) || !alphanumeric(label.back())) return false;
  return std::all_of(label.begin(), label.end(), [&](char c) { return alphanumeric(c) || c == '-'; });
}

}  // namespace

bool check_text(const std::string& text, const std::string& file, std::size_t bytes_max, Diagnostics& diagnostics) {
  if (text.size() > bytes_max) {
    diagnostics.error({file, 0, 0}, "larger than " + std::to_string(bytes_max) + " bytes", "this is far beyond any real file of this kind");
    return false;
  }
  const std::string clean = valid_utf8(text);
  if (clean != text) {
    diagnostics.error(mark_at(text, file, first_difference(text, clean)), "not valid UTF-8", "save the file as UTF-8");
    return false;
  }
  const auto control = std::find_if(text.begin(), text.end(), is_forbidden_control);
  if (control != text.end()) {
    diagnostics.error(mark_at(text, file, static_cast<std::size_t>(control - text.begin())), "holds a control character", "remove it");
    return false;
  }
  const std::size_t tab = leading_tab(text);
  if (tab != std::string_view::npos) {
    diagnostics.error(mark_at(text, file, tab), "a tab stands where YAML indents", "indent by spaces");
    return false;
  }
  return true;
}

bool is_object_name(const std::string& name) {
  if (name.empty() || name.size() > 253) return false;
  const auto labels = split(name, '.');
  return std::all_of(labels.begin(), labels.end(), [](const std::string& label) { return is_label(label); });
}

bool is_version(const std::string& text) {
  const auto parts = split(text, '.');
  if (parts.empty() || parts.size() > 4) return false;
  return std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
    return !part.empty() && part.size() <= 9 && std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  });
}

}  // namespace refloat
