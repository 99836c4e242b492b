// One view against a server that is played by the test.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "kube/errors.h"
#include "unit/watch/recorder.h"
#include "watch/stream.h"

namespace refloat::test {

struct Played {
  explicit Played(StreamRules given = {}, WatchTarget what = pods()) : rules(given), target(std::move(what)) {}

  static WatchTarget pods() {
    WatchTarget target;
    target.resource = {"", "v1", "pods", "shop", "", ""};
    return target;
  }
  // Waits until the next request is due and returns its target; how long that took is in `waited`.
  std::string open() {
    EXPECT_NE(stream.due(), Moment::max()) << "a request is under way";
    waited = std::max(Duration(0), stream.due() - now);
    now += waited;
    request = stream.open(now);
    return request.target;
  }
  // The server answers 200 with these bytes.
  bool say(const std::string& text, std::size_t cut = 100000) {
    stream.accepted(now);
    return more(text, cut);
  }
  bool more(const std::string& text, std::size_t cut = 100000) {
    for (std::size_t at = 0; at < text.size(); at += cut) {
      if (!stream.bytes(std::string_view(text).substr(at, cut), now)) return false;
    }
    return true;
  }
  void end() { stream.ended({.status = 200}, now); }
  void refuse(int status, const std::string& words = "no", int retry_after_s = 0, bool renewed = false) {
    const std::string body = Json{{"kind", "Status"}, {"message", words}}.dump();
    stream.ended({error_of({status, body, retry_after_s}), status, renewed}, now);
  }
  void lose() { stream.ended({Error{ErrorKind::transient, "the answer is lost"}, 200}, now); }
  // Listed by a stream, following since now.
  void follow_from(const std::string& version) {
    open();
    say(event("ADDED", "a", "5") + bookmark(version, true));
    (void)sink.take();
  }
  void pass(Duration time) { now += time; }
  [[nodiscard]] WatchHealth health() const { return health_of(stream.state(), now); }

  Moment now{std::chrono::seconds(1000)};
  Duration waited{0};
  StreamRules rules;
  WatchTarget target;
  StreamRequest request;
  Recorder sink;
  EventReader reader;
  ResourceStream stream{target, rules, sink, reader, 7, now};
};

inline bool streams_list(const std::string& target) {
  return target.find("sendInitialEvents=true&resourceVersionMatch=NotOlderThan") != std::string::npos &&
         target.find("resourceVersion=") == std::string::npos;
}
inline bool follows_from(const std::string& target, const std::string& version) {
  return target.find("watch=true") != std::string::npos && target.ends_with("&resourceVersion=" + version);
}

}  // namespace refloat::test
