#include "model/versions.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace refloat {

namespace {

constexpr int minors_per_major = 1000;  // larger than any minor version, so that a new major never looks like "one beyond"

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// Place in the sequence 0.0, 1.0, 1.1, ...
int position(SchemaVersion version) {
  if (version.major == 0) return version.minor;
  return (version.major - 1) * minors_per_major + version.minor + 1;
}

}  // namespace

std::optional<SchemaVersion> parse_version(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto major = number(text.substr(0, dot));
  const auto minor = number(text.substr(dot + 1));
  if (!major || !minor) return std::nullopt;
  return SchemaVersion{*major, *minor};
}

std::optional<int> compare_versions(std::string_view a, std::string_view b) {
  const auto left = parse_version(a);
  const auto right = parse_version(b);
  if (!left || !right) return std::nullopt;
  if (*left == *right) return 0;
  return *left < *right ? -1 : 1;
}

std::optional<int> versions_between(std::string_view from, std::string_view to) {
  const auto first = parse_version(from);
  const auto last = parse_version(to);
  if (!first || !last) return std::nullopt;
  return position(*last) - position(*first);
}

std::string newest_provable_version(std::string_view dialect) {
  return dialect == "temporal-visibility" ? "1.9" : "1.18";
}

}  // namespace refloat
