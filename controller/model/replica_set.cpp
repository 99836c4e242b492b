#include "model/replica_set.h"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace refloat {

std::int64_t revision_number(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end && number > 0 ? number : 0;
}

}  // namespace refloat
