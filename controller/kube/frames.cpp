#include "kube/frames.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace refloat {
namespace {

bool hand_over(std::string_view line, const LineSink& sink) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line.empty() || sink(line);
}

}  // namespace

Result<bool> LineSplitter::feed(std::string_view piece, const LineSink& sink) {
  bool wanted = true;
  while (wanted && !piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::size_t taken = std::min(end, piece.size());
    if (pending_.size() + taken > line_bytes_max_) {
      return Error{ErrorKind::invalid, "one event is larger than " + std::to_string(line_bytes_max_) + " bytes"};
    }
    if (end == std::string_view::npos) {
      pending_.append(piece);
      return true;
    }
    const bool whole = pending_.empty() && piece.size() - end >= padding;
    wanted = whole ? hand_over(piece.substr(0, end), sink) : complete(piece.substr(0, end), sink);
    piece.remove_prefix(end + 1);
  }
  if (pending_.capacity() > std::max(kept_bytes_, padding)) std::string().swap(pending_);
  return wanted;
}

void LineSplitter::clear() {
  std::string().swap(pending_);
}

bool LineSplitter::complete(std::string_view end, const LineSink& sink) {
  pending_.append(end);
  const std::size_t size = pending_.size();
  pending_.append(padding, '\0');
  const bool wanted = hand_over(std::string_view(pending_).substr(0, size), sink);
  pending_.clear();
  return wanted;
}

}  // namespace refloat
