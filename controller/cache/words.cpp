#include "cache/words.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace refloat {
namespace {

constexpr std::size_t words_max = 8192;
constexpr std::size_t word_bytes_max = 120;

}  // namespace

std::optional<std::uint32_t> Words::number_of(std::string_view word) {
  if (word.size() > word_bytes_max) return std::nullopt;
  if (const auto found = numbers_.find(word); found != numbers_.end()) return found->second;
  if (words_.size() >= words_max) return std::nullopt;
  const auto number = static_cast<std::uint32_t>(words_.size());
  words_.emplace_back(word);
  numbers_.emplace(words_.back(), number);
  return number;
}

}  // namespace refloat
