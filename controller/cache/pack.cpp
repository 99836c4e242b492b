#include "cache/pack.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cache/words.h"

namespace refloat {
namespace {

constexpr std::size_t slots_count = 1024;           // a power of two
constexpr std::size_t texts_max = slots_count / 2;  // what comes later in a huge record is simply written out again
constexpr std::size_t remembered_bytes_min = 3;     // shorter ones cost as much again as in full
constexpr std::size_t uuid_bytes = 16;
constexpr std::string_view uuid_shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
constexpr char hole = '\x01';

std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1U ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t from_zigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1U ^ (~(value & 1U) + 1));
}

// Both sides decide by this alone which texts can be named again.
bool remembered(std::string_view text, std::size_t texts_so_far) {
  return text.size() >= remembered_bytes_min && texts_so_far < texts_max;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Appends the 16 bytes of a UUID as Kubernetes writes it; false for anything else.
bool append_uuid(std::string_view text, std::string& into) {
  if (text.size() != uuid_shape.size()) return false;
  int high = -1;
  const std::size_t before = into.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int value = hex_value(text[i]);
    const bool fits = uuid_shape[i] == 'x' ? value >= 0 : text[i] == '-';
    if (!fits) {
      into.resize(before);
      return false;
    }
    if (uuid_shape[i] != 'x') continue;
    if (high >= 0) into.push_back(static_cast<char>(high << 4 | value));
    high = high >= 0 ? -1 : value;
  }
  return true;
}

std::string uuid_text(std::string_view bytes) {
  std::string text(uuid_shape);
  std::size_t nibble = 0;
  for (char& c : text) {
    if (c != 'x') continue;
    const auto byte = static_cast<unsigned char>(bytes[nibble / 2]);
    c = "0123456789abcdef"[nibble % 2 == 0 ? byte >> 4U : byte & 15U];
    ++nibble;
  }
  return text;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

}  // namespace

Packer::Packer(Words& words) : words_(words), slots_(slots_count) {}

void Packer::begin() {
  bytes_.clear();
  texts_.clear();
  if (++record_ == 0) {  // the numbers of records came round
    std::fill(slots_.begin(), slots_.end(), Slot{});
    record_ = 1;
  }
}

void Packer::varint(std::uint64_t value) {
  for (; value >= 128; value >>= 7U) bytes_.push_back(static_cast<char>(value | 128U));
  bytes_.push_back(static_cast<char>(value));
}

void Packer::number(std::int64_t value) {
  varint(zigzag(value));
}

// 0 = none; whole seconds, as Kubernetes writes them, are shorter than milliseconds.
void Packer::time(const std::optional<Time>& value) {
  if (!value) return varint(0);
  const std::int64_t ms = value->time_since_epoch().count();
  const bool whole = ms % 1000 == 0;
  varint((zigzag(whole ? ms / 1000 : ms) << 1U | (whole ? 0U : 1U)) + 1);
}

void Packer::write_out(std::string_view value) {
  form(TextForm::written, value.size());
  bytes_.append(value);
}

std::optional<std::uint32_t> Packer::written_before(std::string_view value) {
  for (std::size_t at = std::hash<std::string_view>{}(value);; ++at) {
    Slot& slot = slots_[at % slots_count];
    if (slot.record == record_ && texts_[slot.index] == value) return slot.index;
    if (slot.record == record_) continue;
    if (remembered(value, texts_.size())) {
      slot = {record_, static_cast<std::uint32_t>(texts_.size())};
      texts_.push_back(value);
    }
    return std::nullopt;
  }
}

void Packer::word(const std::string& value) {
  const auto number = words_.number_of(value);
  if (number) return form(TextForm::word, *number);
  text(value);
}

void Packer::text(const std::string& value) {
  if (value.size() < remembered_bytes_min) return write_out(value);
  const auto before = written_before(value);
  if (before) return form(TextForm::again, *before);
  write_out(value);
}

void Packer::uid(const std::string& value) {
  const std::size_t before = bytes_.size();
  form(TextForm::uuid, 0);
  if (append_uuid(value, bytes_)) return;
  bytes_.resize(before);
  text(value);
}

void Packer::message(const std::string& value, const std::string& name) {
  const bool fits = name.size() >= remembered_bytes_min && value.find(name) != std::string::npos && value.find(hole) == std::string::npos;
  if (!fits) return text(value);
  pattern_ = value;
  replace_all(pattern_, name, std::string_view(&hole, 1));
  const auto number = words_.number_of(pattern_);
  if (number) return form(TextForm::pattern, *number);
  text(value);
}

std::string_view Unpacker::take(std::size_t count) {
  assert(count <= rest_.size());
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(taken.size());
  return taken;
}

std::uint64_t Unpacker::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; !rest_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 127U) << shift;
    if (byte < 128) break;
  }
  return value;
}

std::int64_t Unpacker::number() {
  return from_zigzag(varint());
}

void Unpacker::time(std::optional<Time>& value) {
  value.reset();
  const std::uint64_t packed = varint();
  if (packed == 0) return;
  const std::int64_t count = from_zigzag((packed - 1) >> 1U);
  value = Time(std::chrono::milliseconds(((packed - 1) & 1U) != 0 ? count : count * 1000));
}

void Unpacker::text(std::string& value) {
  message(value, {});
}

void Unpacker::message(std::string& value, const std::string& name) {
  const std::uint64_t head = varint();
  const std::uint64_t detail = head >> 3U;
  switch (static_cast<TextForm>(head & 7U)) {
    case TextForm::written: {
      const std::string_view written = take(detail);
      if (remembered(written, texts_.size())) texts_.push_back(written);
      value = written;
      return;
    }
    case TextForm::word: value = words_.word(static_cast<std::uint32_t>(detail)); return;
    case TextForm::again: value = texts_[detail]; return;
    case TextForm::uuid: value = uuid_text(take(uuid_bytes)); return;
    case TextForm::pattern:
      value = words_.word(static_cast<std::uint32_t>(detail));
      replace_all(value, std::string_view(&hole, 1), name);
      return;
  }
}

}  // namespace refloat
