// The answer to a watch or a page of a list, of any bytes and cut anywhere: no crash, and what is told does not depend on the cuts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "kube/object_sink.h"
#include "watch/event_line.h"
#include "watch/stream.h"

namespace {

class Told final : public refloat::ObjectSink {
 public:
  void list_begins() override { all.emplace_back("begin"); }
  void list_ends() override { all.emplace_back("end"); }
  void changed(std::string_view object) override { all.push_back("+" + std::string(object)); }
  void deleted(std::string_view object) override { all.push_back("-" + std::string(object)); }
  std::vector<std::string> all;
};

// What one answer told, and what is asked next.
struct Outcome {
  std::vector<std::string> told;
  std::string next;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(std::string_view bytes, std::size_t piece, bool streamed) {
  refloat::WatchTarget target;
  target.resource = {"", "v1", "pods", "", "", ""};
  refloat::StreamRules rules;
  rules.streamed_lists = streamed;
  rules.object_bytes_max = 2000;
  Told sink;
  refloat::EventReader reader;
  const refloat::Moment now{refloat::Duration(1000000)};
  refloat::ResourceStream stream(target, rules, sink, reader, 1, now);
  (void)stream.open(now);
  stream.accepted(now);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!stream.bytes(bytes.substr(at, piece), now)) break;
  }
  stream.ended({.status = 200}, now);
  return {sink.all, stream.open(now).target};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data + 1, data + size);
  const std::size_t piece = 1 + data[0] % 64U;
  const bool streamed = data[0] < 128;
  if (!(outcome_of(bytes, piece, streamed) == outcome_of(bytes, bytes.size() + 1, streamed))) std::abort();
  return 0;
}
