// The program's version; a test compares it with the build's.
#pragma once

namespace refloat {

inline constexpr const char* program_version = "0.1.0";

}  // namespace refloat
