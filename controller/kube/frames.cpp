#include "kube/frames.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace refloat {
namespace {

bool hand_over(std::string_view line, const LineSink& sink) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line.empty() || sink(line);
}

}  // namespace

Result<bool> LineSplitter::feed(std::string_view piece, const LineSink& sink) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::size_t taken = std::min(end, piece.size());
    if (pending_.size() + taken > line_bytes_max_) {
      return Error{ErrorKind::invalid, "one event is larger than " + std::to_string(line_bytes_max_) + " bytes"};
    }
    if (end == std::string_view::npos) {
      pending_.append(piece);
      return true;
    }
    std::string joined;
    std::string_view line = piece.substr(0, end);
    if (!pending_.empty()) {
      joined = std::move(pending_);
      pending_.clear();
      joined.append(line);
      line = joined;
    }
    if (!hand_over(line, sink)) return false;
    piece.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace refloat
