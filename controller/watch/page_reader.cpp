#include "watch/page_reader.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "kube/frames.h"

namespace refloat {
namespace {

constexpr std::size_t key_bytes_max = 256;

bool is_space(char byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

bool ends_scalar(char byte) {
  return byte == ',' || byte == '}' || byte == ']' || is_space(byte);
}

}  // namespace

Result<> PageReader::feed(std::string_view piece, const ItemSink& sink) {
  while (!piece.empty() && place_ != Place::nonsense && !too_large_) piece.remove_prefix(step(piece, sink));
  if (too_large_) return Error{ErrorKind::invalid, "one object is larger than " + std::to_string(value_bytes_max_) + " bytes"};
  if (place_ == Place::nonsense) return Error{ErrorKind::invalid, "the answer is no list"};
  return ok();
}

Result<PageEnd> PageReader::finish() const {
  if (place_ != Place::after) return Error{ErrorKind::transient, "the list was cut off"};
  const Result<Json> metadata = parse_json(metadata_);
  if (!items_seen_ || !metadata) return Error{ErrorKind::invalid, "the answer is no list"};
  return PageEnd{text_at(*metadata, {"resourceVersion"}), text_at(*metadata, {"continue"})};
}

// Takes one step and says how many bytes it took; 0 only where the place changed.
std::size_t PageReader::step(std::string_view piece, const ItemSink& sink) {
  if (place_ == Place::value) return read_value(piece, sink);
  if (place_ == Place::key) return read_key(piece);
  if (is_space(piece.front())) return 1;
  const Place next = after(piece.front());
  const bool begun = next == Place::value;  // its first byte belongs to it
  place_ = next;
  return begun ? 0 : 1;
}

PageReader::Place PageReader::after(char byte) {
  switch (place_) {
    case Place::before: return byte == '{' ? Place::members : Place::nonsense;
    case Place::members: return after_member(byte);
    case Place::after_key: return byte == ':' ? Place::before_value : Place::nonsense;
    case Place::before_value: return before_value(byte);
    case Place::items: return after_item(byte);
    default: return Place::nonsense;
  }
}

PageReader::Place PageReader::after_member(char byte) {
  key_.clear();
  switch (byte) {
    case '"': return Place::key;
    case ',': return Place::members;
    case '}': return Place::after;
    default: return Place::nonsense;
  }
}

PageReader::Place PageReader::before_value(char byte) {
  const bool items = key_ == "items";
  in_items_ = items && byte == '[';
  items_seen_ = items_seen_ || in_items_ || (items && byte == 'n');  // null, where there are none
  return in_items_ ? Place::items : begin_value(byte);
}

PageReader::Place PageReader::after_item(char byte) {
  if (byte == '{') return begin_value(byte);
  if (byte == ',') return Place::items;
  in_items_ = false;
  return byte == ']' ? Place::members : Place::nonsense;
}

std::size_t PageReader::read_key(std::string_view piece) {
  const std::size_t end = piece.find('"');  // no key that matters here holds an escaped quote
  key_.append(piece.substr(0, end));
  if (key_.size() > key_bytes_max) place_ = Place::nonsense;
  if (end == std::string_view::npos) return piece.size();
  place_ = Place::after_key;
  return end + 1;
}

PageReader::Place PageReader::begin_value(char byte) {
  value_.clear();
  depth_ = 0;
  in_string_ = escaped_ = value_ended_ = false;
  scalar_ = byte != '{' && byte != '[' && byte != '"';
  return Place::value;
}

std::size_t PageReader::read_value(std::string_view piece, const ItemSink& sink) {
  const std::size_t taken = value_bytes(piece);
  const bool kept = in_items_ || key_ == "metadata";
  too_large_ = kept && value_.size() + taken > value_bytes_max_;
  if (too_large_) return taken;
  if (kept) value_.append(piece.substr(0, taken));
  if (value_ended_) end_value(sink);
  return taken;
}

std::size_t PageReader::value_bytes(std::string_view piece) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (!value_takes(piece[i])) return i;
    if (value_ended_) return i + 1;
  }
  return piece.size();
}

// One byte of a value; false = it stands after a number or a word, whose end only the next byte shows.
bool PageReader::value_takes(char byte) {
  if (in_string_) {
    if (byte == '"' && !escaped_) in_string_ = false;
    escaped_ = byte == '\\' && !escaped_;
    value_ended_ = !in_string_ && depth_ == 0;
    return true;
  }
  if (scalar_) {
    value_ended_ = ends_scalar(byte);
    return !value_ended_;
  }
  structure(byte);
  return true;
}

void PageReader::structure(char byte) {
  switch (byte) {
    case '"': in_string_ = true; break;
    case '{':
    case '[': ++depth_; break;
    case '}':
    case ']':
      --depth_;  // a value that is not scalar begins with a bracket
      value_ended_ = depth_ == 0;
      break;
    default: break;
  }
}

void PageReader::end_value(const ItemSink& sink) {
  place_ = in_items_ ? Place::items : Place::members;
  if (!in_items_) {
    if (key_ == "metadata") metadata_ = std::exchange(value_, {});
    return;
  }
  const std::size_t size = value_.size();
  value_.append(LineSplitter::padding, '\0');
  sink(std::string_view(value_).substr(0, size));
}

}  // namespace refloat
