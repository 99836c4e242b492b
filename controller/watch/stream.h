// The state machine of one view: what to ask the server next, what its bytes mean, when to ask again. No I/O and no clock inside.
//
//   if (stream.due() <= now) transport.open(origin, stream.open(now), ...);
//   stream.accepted(now); stream.bytes(piece, now); ...; stream.ended(end, now);
//
// A view is listed by a streamed list (WatchList) where the server can, else page by page, and then followed from its position.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "kube/frames.h"
#include "kube/object_sink.h"
#include "kube/stream_transport.h"
#include "watch/event_line.h"
#include "watch/page_reader.h"
#include "watch/stream_rules.h"
#include "watch/stream_state.h"
#include "watch/target.h"

namespace refloat {

class ResourceStream {
 public:
  // `reader` may be shared by the streams of one thread. `seed` chooses the jitter.
  ResourceStream(const WatchTarget& target, const StreamRules& rules, ObjectSink& sink, EventReader& reader, std::uint64_t seed,
                 Moment now);

  // When to open the next request; far in the future while one is under way.
  [[nodiscard]] Moment due() const { return due_; }
  // The request to send now.
  StreamRequest open(Moment now);
  // What became of it, in the order of StreamHandler.
  void accepted(Moment now);
  bool bytes(std::string_view piece, Moment now);
  void ended(const StreamEnd& end, Moment now);

  [[nodiscard]] const StreamState& state() const { return state_; }

 private:
  enum class Step { streamed_list, page, follow };

  [[nodiscard]] std::string list_target() const;
  [[nodiscard]] std::string watch_target();
  bool take_line(std::string_view line, Moment now);
  bool take_bookmark(const EventLine& event, Moment now);
  void take_object(const EventLine& event);
  bool fail(Error error);
  void end_list(std::string version, Moment now);

  [[nodiscard]] std::optional<Error> failure(const StreamEnd& end) const;
  void end_page(Moment now);
  void end_cleanly(Moment now);
  void end_badly(const StreamEnd& end, const Error& error, Moment now);
  void end_unauthenticated(const StreamEnd& end, const Error& error, Moment now);
  void end_refused(WatchPhase phase, Moment now);
  Duration slow_retry();
  void use_pages(Moment now);
  void restart_pages(Moment now);
  void list_again(Moment now);
  void forget_position();
  void back_off(const Error& error, Moment now);
  // A random share of `wait`.
  [[nodiscard]] Duration share_of(Duration wait);

  WatchTarget target_;
  StreamRules rules_;
  ObjectSink& sink_;
  EventReader& reader_;
  std::uint64_t seed_;
  StreamState state_;

  Step step_ = Step::streamed_list;
  std::string position_;       // where following goes on; empty = nothing to go on from
  std::string first_version_;  // of the first page of a list
  std::string token_;          // of the next page; empty = the first
  int expired_tokens_ = 0;     // of this list
  int relists_ = 0;            // since the view was last stable
  int foreign_bookmarks_ = 0;  // that end nothing, in this answer
  int denials_ = 0;            // in a row
  bool renewed_ = false;       // the credentials, since the server last accepted them
  Moment due_;
  Moment opened_at_;
  std::optional<Moment> follows_since_;  // this list
  std::uint64_t events_at_open_ = 0;

  LineSplitter lines_;
  std::optional<PageReader> page_;
  std::optional<Error> broken_;  // what the answer itself said or lacked
};

}  // namespace refloat
