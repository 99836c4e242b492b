// One page of a list, object by object while it arrives: memory follows the largest object, not the page.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace refloat {

// What stands around the objects.
struct PageEnd {
  std::string version;  // where a watch starts
  std::string token;    // of the next page; empty = this was the last
};

class PageReader {
 public:
  using ItemSink = std::function<void(std::string_view)>;
  // An object longer than `object_bytes_max` is an error.
  explicit PageReader(std::size_t object_bytes_max) : value_bytes_max_(object_bytes_max) {}

  // Hands every object that `piece` completes to `sink`, followed by LineSplitter::padding readable bytes.
  Result<> feed(std::string_view piece, const ItemSink& sink);
  // After the last byte: an error when it was no list, or one that was cut off.
  [[nodiscard]] Result<PageEnd> finish() const;

 private:
  // Where the next byte stands: around the members of the list, in its items, or inside the value of either.
  enum class Place { before, members, key, after_key, before_value, items, value, after, nonsense };

  std::size_t step(std::string_view piece, const ItemSink& sink);
  std::size_t read_key(std::string_view piece);
  std::size_t read_value(std::string_view piece, const ItemSink& sink);
  Place after(char byte);
  Place after_member(char byte);
  Place before_value(char byte);
  Place after_item(char byte);
  Place begin_value(char byte);
  // How many bytes of `piece` belong to the value; sets value_ended_ when it ends there.
  std::size_t value_bytes(std::string_view piece);
  bool value_takes(char byte);
  void structure(char byte);
  void end_value(const ItemSink& sink);

  std::size_t value_bytes_max_;
  Place place_ = Place::before;
  bool in_items_ = false, items_seen_ = false;
  bool in_string_ = false, escaped_ = false, scalar_ = false, value_ended_ = false, too_large_ = false;
  std::size_t depth_ = 0;  // of brackets inside the value
  std::string key_, value_, metadata_;
};

}  // namespace refloat
