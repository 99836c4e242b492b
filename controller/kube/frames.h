// Splits a byte stream into lines: a watch sends one JSON object per line, and the network cuts it anywhere.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace refloat {

// Return false to take no more lines.
using LineSink = std::function<bool(std::string_view)>;

class LineSplitter {
 public:
  // So many readable bytes follow every line that is handed over: fast JSON parsers read in wide steps.
  static constexpr std::size_t padding = 64;

  // A line longer than `line_bytes_max` is an error, so that a hostile stream cannot fill the memory. A buffer larger than
  // `kept_bytes` is given back when it is empty.
  explicit LineSplitter(std::size_t line_bytes_max, std::size_t kept_bytes = 0)
      : line_bytes_max_(line_bytes_max), kept_bytes_(kept_bytes) {}

  // Hands every line that `piece` completes to `sink`, without its end and without empty ones; false = the sink took enough.
  Result<bool> feed(std::string_view piece, const LineSink& sink);
  // What came after the last line end.
  [[nodiscard]] std::string_view rest() const { return pending_; }
  // Forgets what was begun.
  void clear();

 private:
  bool complete(std::string_view end, const LineSink& sink);

  std::size_t line_bytes_max_;
  std::size_t kept_bytes_;
  std::string pending_;
};

}  // namespace refloat
