// How a result is written: for people, to paste, or for programs. The exit code never depends on it.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace refloat {

// Bytes of a sentence somebody else wrote: what is longer is cut.
inline constexpr std::size_t long_text = 2000;

enum class Format { text, brief, json };

// "text", "short" or "json"; the error lists what exists.
Result<Format> parse_format(const std::string& name);

}  // namespace refloat
