// What text for people needs to know beside the values: the present time, colours, and how the program was called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace refloat {

struct TextStyle {
  Time now{};
  bool colour = false;
  std::string program = "refloat";  // as the user calls it: "refloat" or "kubectl refloat"
  std::string flags = {};           // that a next command needs to mean the same Stack: " -f stack.yaml", shell-quoted; "" = none
};

// Wraps text in a terminal colour when the look asks for it.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  [[nodiscard]] std::string bad(std::string_view text) const { return wrap("31", text); }
  [[nodiscard]] std::string warn(std::string_view text) const { return wrap("33", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return wrap("32", text); }
  [[nodiscard]] std::string bold(std::string_view text) const { return wrap("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return wrap("2", text); }

 private:
  [[nodiscard]] std::string wrap(const char* code, std::string_view text) const;
  bool on_;
};

// `text` filled with spaces up to `width` characters; longer text is returned as it is.
std::string padded(std::string_view text, std::size_t width);

// Characters of UTF-8 text, which is what a column is measured in.
std::size_t columns(std::string_view text);

// "temporal-dev -n argocd -f stack.yaml": what names the same Stack in a next command.
std::string stack_arguments(std::string_view name, std::string_view ns, const TextStyle& style);

// "1 cause", "3 effects".
std::string count_of(std::size_t count, std::string_view singular, std::string_view plural = {});

// "10:31:54 (47m)": the clock and the age; the date too when it was not within the last day.
std::string moment(Time at, Time now);

// "47m", "3d": an age for a column.
std::string age(Time at, Time now);

// Words of `text` in lines of at most `width` characters, each after `indent`.
std::string wrapped(std::string_view text, const std::string& indent, std::size_t width = 100);

// Prose with paragraphs: a blank line separates two, a single line break is only where the author's line ended.
std::string paragraphs(std::string_view text, const std::string& indent, std::size_t width = 100);

// Rows with aligned columns, two spaces between them; the last column is not padded.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace refloat
