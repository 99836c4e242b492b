#include "model/replica_set.h"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace refloat {

std::int64_t revision_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && stop == text.data() + text.size() && number > 0 ? number : 0;
}

}  // namespace refloat
