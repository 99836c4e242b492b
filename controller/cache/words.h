// Words that many records share (kinds, label keys, states), each kept once and named by a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace refloat {

// Grows to a limit and never shrinks, so that whatever a cluster holds cannot fill the memory. The same word always gets the same answer
// once the table is full or knows it: equal objects have equal records.
class Words {
 public:
  // The word's number; nothing when it is long or came after the table was full: then it is written out.
  std::optional<std::uint32_t> number_of(std::string_view word);
  [[nodiscard]] std::string_view word(std::uint32_t number) const { return words_[number]; }
  [[nodiscard]] std::size_t size() const { return words_.size(); }

 private:
  std::deque<std::string> words_;  // never moves a word
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace refloat
