#include "report/style.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"

namespace refloat {

std::string Paint::wrap(const char* code, std::string_view text) const {
  if (!on_ || text.empty()) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

std::size_t columns(std::string_view text) {
  const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  const std::size_t length = columns(text);
  if (length < width) result.append(width - length, ' ');
  return result;
}

std::string stack_arguments(std::string_view name, std::string_view ns, const TextStyle& style) {
  return printable(name) + (ns.empty() ? "" : " -n " + printable(ns)) + style.flags;
}

std::string count_of(std::size_t count, std::string_view singular, std::string_view plural) {
  std::string noun(count == 1 || plural.empty() ? singular : plural);
  if (count != 1 && plural.empty()) noun += "s";
  return std::to_string(count) + " " + noun;
}

std::string age(Time at, Time now) {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(now - at);
  if (hours >= std::chrono::hours(48)) return std::to_string(hours.count() / 24) + "d";
  return format_duration(std::chrono::duration_cast<std::chrono::seconds>(std::max(now - at, Duration{0})));
}

std::string moment(Time at, Time now) {
  const bool within_a_day = now - at < std::chrono::hours(24) && at <= now;
  return (within_a_day ? format_clock(at) : format_time(at)) + (at <= now ? " (" + age(at, now) + ")" : "");
}

std::string wrapped(std::string_view text, const std::string& indent, std::size_t width) {
  std::string result;
  std::string line;
  for (const std::string& word : split(text, ' ')) {
    if (word.empty()) continue;
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      result += indent + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? result : result + indent + line + "\n";
}

std::string paragraphs(std::string_view text, const std::string& indent, std::size_t width) {
  std::string result;
  std::string paragraph;
  const auto flush = [&] {
    if (!paragraph.empty()) result += (result.empty() ? "" : "\n") + wrapped(paragraph, indent, width);
    paragraph.clear();
  };
  for (const std::string& line : split(text, '\n')) {
    const std::string words = trim(line);
    if (words.empty()) {
      flush();
    } else {
      paragraph += words + " ";
    }
  }
  flush();
  return result;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string result;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) result += i + 1 < row.size() ? padded(row[i], widths[i]) + "  " : row[i];
    result += "\n";
  }
  return result;
}

}  // namespace refloat
