// SHA-256 in lower-case hex: binds a saved plan and an approval to what was seen.
#pragma once

#include <string>
#include <string_view>

namespace refloat {

std::string sha256_hex(std::string_view data);

}  // namespace refloat
