// Temporal schema versions: "0.0" (set up, nothing applied), then 1.0, 1.1, ... without gaps, in both dialects.
#pragma once

#include <optional>
#include <string_view>

namespace refloat {

struct SchemaVersion {
  int major = 0;
  int minor = 0;
  friend auto operator<=>(const SchemaVersion&, const SchemaVersion&) = default;
};

// Parses "1.18"; nothing for anything that is not two numbers.
std::optional<SchemaVersion> parse_version(std::string_view text);

// Negative, zero or positive as with numbers: 1.9 < 1.10. Nothing when either is no version.
std::optional<int> compare_versions(std::string_view a, std::string_view b);

// The newest version of a dialect whose tables this build tells from the one before; tables beyond it look like it.
std::string newest_provable_version(std::string_view dialect);

// How many migrations `to` lies beyond `from` (0.0 -> 1.0 is one, 1.16 -> 1.18 two); negative when it lies before.
std::optional<int> versions_between(std::string_view from, std::string_view to);

}  // namespace refloat
