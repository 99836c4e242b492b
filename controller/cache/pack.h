// The bytes of a record: numbers as varints, texts once per record, shared words by number. A type lists its members once
// (cache/members.h); Packer writes them and Unpacker reads them in the same order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "cache/words.h"

namespace refloat {

// How a text is written: the low bits of the number before it.
enum class TextForm : std::uint8_t {
  written,  // its length, then its bytes
  word,     // a shared word
  again,    // a text that this record has written before
  pattern,  // a shared word with a hole, filled with a text written before (messages that name their object)
  uuid,     // 16 bytes
};

class Packer {
 public:
  explicit Packer(Words& words);

  // Begins a record; what bytes() gave before ends.
  void begin();
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

  void number(std::int64_t value);
  void time(const std::optional<Time>& value);
  void word(const std::string& value);  // one of few
  void text(const std::string& value);  // names and the like: may come again in the same record
  void uid(const std::string& value);
  void message(const std::string& value, const std::string& name);  // likely to contain `name`

 private:
  struct Slot {
    std::uint32_t record = 0;
    std::uint32_t index = 0;
  };
  void varint(std::uint64_t value);
  void form(TextForm form, std::uint64_t value) { varint(value << 3U | static_cast<std::uint64_t>(form)); }
  void write_out(std::string_view value);
  std::optional<std::uint32_t> written_before(std::string_view value);  // else remembers it

  Words& words_;
  std::string bytes_, pattern_;
  std::vector<std::string_view> texts_;  // of this record, by their index
  std::vector<Slot> slots_;              // a hash table of texts_, valid where `record` is this one
  std::uint32_t record_ = 0;
};

class Unpacker {
 public:
  // Both must outlive this.
  Unpacker(const Words& words, std::string_view bytes) : words_(words), rest_(bytes) {}

  std::int64_t number();
  void time(std::optional<Time>& value);
  void word(std::string& value) { text(value); }
  void text(std::string& value);
  void uid(std::string& value) { text(value); }
  void message(std::string& value, const std::string& name);

 private:
  std::uint64_t varint();
  std::string_view take(std::size_t count);

  const Words& words_;
  std::string_view rest_;
  std::vector<std::string_view> texts_;
};

}  // namespace refloat
