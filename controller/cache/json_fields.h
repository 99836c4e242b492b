// Reads the wanted members of JSON objects by a table, one line a member, in the order in which they come; the rest is skipped unread.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace refloat::fields {

using Value = simdjson::ondemand::value;
using Type = simdjson::ondemand::json_type;

// Thrown at what the API server never writes (a member twice, a number beyond 64 bits): the general parser decides what that means.
struct Unusual {};

inline bool is(Value value, Type type) {
  return value.type().value() == type;
}

// --- what a value is; another type reads as absent ---------------------------------------------------------------------------------

inline std::optional<std::string_view> text(Value value) {
  std::string_view token = value.raw_json_token();
  if (token.empty() || token.front() != '"') return std::nullopt;
  token.remove_prefix(1);
  // Nearly every text stands there as it is: then it ends at the token's last quote, and nothing has to be copied.
  if (token.find('\\') != std::string_view::npos) return value.get_string().value();
  return token.substr(0, token.rfind('"'));
}

inline void read_text(Value value, std::string& into) {
  if (const auto found = text(value)) into = *found;
}

inline void read_flag(Value value, bool& into) {
  if (is(value, Type::boolean)) into = value.get_bool().value();
}

inline void read_time(Value value, std::optional<Time>& into) {
  if (const auto found = text(value)) into = parse_time(*found);
}

inline std::optional<std::int64_t> integer(Value value) {
  if (!is(value, Type::number)) return std::nullopt;
  std::int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS) throw Unusual{};
  return number;
}

inline void read_count(Value value, int& into) {
  if (const auto found = integer(value)) into = static_cast<int>(*found);
}

// --- objects and lists -------------------------------------------------------------------------------------------------------------

template <class T>
struct Field {
  std::string_view key;
  void (*read)(Value value, T& into);
};

template <class T, std::size_t N>
using Table = std::array<Field<T>, N>;

// A member's key as it is written. The API server escapes none.
inline std::string_view key_of(simdjson::simdjson_result<simdjson::ondemand::field>& member) {
  const char* begin = member.key().value().raw();
  const char* end = begin;
  while (*end != '"') {
    if (*end == '\\') throw Unusual{};
    ++end;
  }
  return {begin, static_cast<std::size_t>(end - begin)};
}

template <class T, std::size_t N>
void read_object(Value value, T& into, const Table<T, N>& table) {
  static_assert(N <= 32);
  if (!is(value, Type::object)) return;
  std::uint32_t seen = 0;
  std::size_t next = 0;  // objects of one kind have their members in the same order: the next one is likely to stand next in the table
  for (auto member : value.get_object()) {
    const std::string_view key = key_of(member);
    for (std::size_t tried = 0; tried < N; ++tried) {
      const std::size_t i = next;
      next = next + 1 < N ? next + 1 : 0;
      if (table[i].key != key) continue;
      if ((seen >> i & 1U) != 0) throw Unusual{};
      seen |= 1U << i;
      table[i].read(member.value().value(), into);
      break;
    }
  }
}

// Calls take(value) for each item; anything but a list has none.
template <class Take>
void each_item(Value value, Take take) {
  if (!is(value, Type::array)) return;
  for (auto item : value.get_array()) take(item.value());
}

// One T for each item, whatever the item is.
template <class T, std::size_t N>
void read_list(Value value, std::vector<T>& into, const Table<T, N>& table) {
  constexpr std::size_t usual = 16;
  each_item(value, [&](Value item) {
    if (into.capacity() == 0) into.reserve(usual);
    read_object(item, into.emplace_back(), table);
  });
}

inline void read_texts(Value value, std::vector<std::string>& into) {
  each_item(value, [&](Value item) {
    if (const auto found = text(item)) into.emplace_back(*found);
  });
}

inline void read_text_map(Value value, std::map<std::string, std::string>& into) {
  if (!is(value, Type::object)) return;
  for (auto member : value.get_object()) {
    const std::string_view key = key_of(member);
    const auto found = text(member.value().value());
    if (!found || !into.emplace(key, *found).second) throw Unusual{};
  }
}

}  // namespace refloat::fields
