// Turns the bytes of a watch answer into events.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "kube/frames.h"
#include "kube/kube_api.h"

namespace refloat {

class WatchStream {
 public:
  WatchStream(const WatchSink& sink, std::size_t event_bytes_max) : sink_(sink), lines_(event_bytes_max) {}

  // Takes the next bytes; false when no more are wanted: the sink ended it, or the stream holds an error.
  bool feed(std::string_view piece);
  // How the stream ended, once it has: ok, or the error inside it.
  Result<> finish();

 private:
  bool take(std::string_view line);
  bool fail(Error error);

  const WatchSink& sink_;
  LineSplitter lines_;
  std::optional<Error> error_;
  bool ended_by_sink_ = false;
};

}  // namespace refloat
