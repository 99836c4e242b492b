// Text from a cluster is untrusted: it may hold control characters, bidi marks or broken UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refloat {

// One line safe for a terminal or log: control, bidi and invalid bytes replaced by '?', newlines and tabs by spaces, cut to `max_bytes`
// with "...".
std::string printable(std::string_view text, std::size_t max_bytes = 400);

// `text` as valid UTF-8, each broken sequence replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string trim(std::string_view text);
bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes);

// The number that the whole text says; 0 for anything else.
std::int64_t positive_number(std::string_view text);

// Shell-style match of '*' and '?', as Argo CD matches sync windows and projects (gobwas/glob without separators).
bool glob_match(std::string_view pattern, std::string_view text);

// The candidate nearest to `word` by edit distance, if near enough to be a typo; else "".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace refloat
