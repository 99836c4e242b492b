// The program's version; a test compares it with the build's.
#pragma once

#include <string>

namespace refloat {

inline constexpr const char* program_version = "0.1.0";

// "refloat 0.1.0".
std::string version_line();

}  // namespace refloat
