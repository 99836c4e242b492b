// A watch stream of any bytes, cut anywhere: no crash, and the events do not depend on the cuts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "kube/watch_stream.h"

namespace {

constexpr std::size_t event_bytes_max = 1000;

// How a stream ended and what it gave.
struct Outcome {
  std::vector<std::string> events;
  bool good = false;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(std::string_view bytes, std::size_t piece) {
  Outcome outcome;
  const refloat::WatchSink sink = [&](const refloat::WatchEvent& event) {
    outcome.events.push_back(event.object.dump(-1, ' ', false, refloat::Json::error_handler_t::replace));
    return outcome.events.size() < 50;
  };
  refloat::WatchStream stream(sink, event_bytes_max);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!stream.feed(bytes.substr(at, piece))) break;
  }
  outcome.good = stream.finish().has_value();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data + 1, data + size);
  const std::size_t piece = 1 + data[0] % 16U;
  if (!(outcome_of(bytes, piece) == outcome_of(bytes, bytes.size() + 1))) std::abort();
  return 0;
}
