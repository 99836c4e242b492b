#include "base/secret.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace refloat {

namespace {

constexpr std::string_view replacement = "[redacted]";

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  std::string out;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    std::array<char, 4> code{};
    std::snprintf(code.data(), code.size(), "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += code.data();
  }
  return out;
}

void replace_all(std::string& text, const std::string& what) {
  if (what.empty()) return;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + replacement.size())) {
    text.replace(at, what.size(), replacement);
  }
}

// Whether any of `words` stands in it, in any case; a search is a thousandth of what std::regex costs to find nothing.
bool mentions(std::string_view text, std::initializer_list<std::string_view> words) {
  const auto same = [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a + ('a' - 'A') == b); };
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
  });
}

}  // namespace

bool Secret::equals(const Secret& other) const {
  const std::string& a = value_;
  const std::string& b = other.value_;
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char against = b.empty() ? '\0' : b[i % b.size()];
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(against);
  }
  return difference == 0;
}

void Secret::wipe() noexcept {
  volatile char* bytes = value_.data();  // volatile: the compiler may not drop writes to memory about to be freed
  for (std::size_t i = 0; i < value_.size(); ++i) bytes[i] = '\0';
}

std::string redact(std::string text, const std::vector<Secret>& secrets) {
  for (const Secret& secret : secrets) {
    if (secret.reveal().size() < 3) continue;  // replacing one or two characters everywhere would reveal them
    replace_all(text, secret.reveal());
    replace_all(text, percent_encoded(secret.reveal()));
  }
  return text;
}

std::string redact_patterns(std::string_view text) {
  // Greedy: a password may hold what ends other addresses, even an "@".
  static const std::regex user_info(R"(([a-zA-Z][a-zA-Z0-9+.-]*://)\S*@)");
  // Quoted, quoted within a quoted text (JSON in a log line of JSON), up to a blank, or to the end where a quote never ends.
  static const std::string value = R"((\\"(?:[^"\\]|\\[^"])*\\"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\?["'].*|[^\s"']+))";
  static const std::string word = R"((?:password|passwd|passphrase|pass|pwd|pw|secret|token|(?:api|access|private)[_-]?key))";
  static const std::regex assignment(R"((\b[\w.-]*)" + word + R"((?:[_.-][\w.-]*)?(?:\\?["'])?\s*[=:]\s*))" + value, std::regex::icase);
  static const std::regex flag(R"((\B--?[\w-]*)" + word + R"(\s+))" + value, std::regex::icase);
  static const std::regex bearer(R"((\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,})", std::regex::icase);
  // std::regex recurses per character: very long lines are cut first, they are evidence, not data.
  std::string out(text.substr(0, 4096));
  if (mentions(out, {"://"})) out = std::regex_replace(out, user_info, "$1[redacted]@");
  if (mentions(out, {"pass", "pwd", "pw", "secret", "token", "key"})) {
    out = std::regex_replace(out, assignment, "$1[redacted]");
    out = std::regex_replace(out, flag, "$1[redacted]");
  }
  return mentions(out, {"bearer", "basic"}) ? std::regex_replace(out, bearer, "$1[redacted]") : out;
}

}  // namespace refloat
