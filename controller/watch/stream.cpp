#include "watch/stream.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/errors.h"
#include "kube/object_sink.h"
#include "kube/query.h"
#include "kube/stream_transport.h"
#include "watch/event_line.h"
#include "watch/health.h"
#include "watch/page_reader.h"
#include "watch/stream_rules.h"
#include "watch/stream_state.h"
#include "watch/target.h"
#include "watch/version.h"

namespace refloat {
namespace {

// Bookmarks and errors are small and rare: a tree is fine for them.
Json tree_of(std::string_view text) {
  Result<Json> json = parse_json(text);
  return json ? std::move(*json) : Json();
}

bool ends_initial_events(const Json& bookmark) {
  return text_at(bookmark, {"metadata", "annotations", "k8s.io/initial-events-end"}) == "true";
}

}  // namespace

ResourceStream::ResourceStream(const WatchTarget& target, const StreamRules& rules, ObjectSink& sink, EventReader& reader,
                               std::uint64_t seed, Moment now)
    : target_(target),
      rules_(rules),
      sink_(sink),
      reader_(reader),
      seed_(seed),
      due_(now),
      opened_at_(now),
      lines_(rules.object_bytes_max, rules.buffer_kept_bytes) {
  state_.heard = now;
  forget_position();
}

// --- what is asked ---

StreamRequest ResourceStream::open(Moment now) {
  due_ = Moment::max();
  opened_at_ = now;
  events_at_open_ = state_.events;
  foreign_bookmarks_ = 0;
  broken_.reset();
  lines_.clear();
  page_.reset();
  if (step_ == Step::page) page_.emplace(rules_.object_bytes_max);
  StreamRequest request;
  request.target = step_ == Step::page ? list_target() : watch_target();
  request.silence_max = rules_.silence_max;
  request.connect_timeout = rules_.connect_timeout;
  return request;
}

std::string ResourceStream::list_target() const {
  // Where tokens keep expiring the list is larger than what can be paged in time; whole, it costs the server memory, but not us.
  Query query(target_.resource.path());
  query.add("limit", expired_tokens_ > 1 ? 0 : rules_.page_size);
  query.add("labelSelector", target_.label_selector).add("continue", token_);
  return query.target();
}

std::string ResourceStream::watch_target() {
  Query query(target_.resource.path());
  const auto spread = std::chrono::duration_cast<std::chrono::seconds>(share_of(std::chrono::seconds(rules_.watch_timeout_s)));
  query.flag("watch", true).flag("allowWatchBookmarks", true);
  query.add("timeoutSeconds", rules_.watch_timeout_s + static_cast<int>(spread.count()));
  query.add("labelSelector", target_.label_selector);
  if (step_ == Step::follow) return query.add("resourceVersion", position_).target();
  return query.flag("sendInitialEvents", true).add("resourceVersionMatch", "NotOlderThan").target();
}

Duration ResourceStream::share_of(Duration wait) {
  return Backoff{.base = wait, .max = wait, .factor = 1, .jitter = 1}.wait(0, ++seed_);
}

// --- what is answered ---

void ResourceStream::accepted(Moment now) {
  state_.heard = now;
  state_.last_error.reset();
  renewed_ = false;
  if (step_ == Step::follow) {
    state_.phase = WatchPhase::following;
    if (!follows_since_) follows_since_ = now;
    return;
  }
  state_.phase = WatchPhase::listing;
  if (token_.empty()) sink_.list_begins();
}

bool ResourceStream::bytes(std::string_view piece, Moment now) {
  state_.heard = now;
  if (broken_) return false;
  if (page_) {
    const Result<> read = page_->feed(piece, [&](std::string_view item) {
      ++state_.events;
      sink_.changed(item);
    });
    return read ? true : fail(read.error());
  }
  const Result<bool> more = lines_.feed(piece, [&](std::string_view line) { return take_line(line, now); });
  return more ? *more : fail(more.error());
}

bool ResourceStream::take_line(std::string_view line, Moment now) {
  const Result<EventLine> event = reader_.read(line, step_ == Step::follow);
  if (!event) return fail(event.error());
  if (event->type == EventLine::Type::error) return fail(error_of_status(tree_of(event->object)));
  if (event->type == EventLine::Type::bookmark) return take_bookmark(*event, now);
  take_object(*event);
  return true;
}

bool ResourceStream::take_bookmark(const EventLine& event, Moment now) {
  const Json bookmark = tree_of(event.object);
  std::string version = text_at(bookmark, {"metadata", "resourceVersion"});
  if (version.empty()) return fail({ErrorKind::invalid, "a bookmark without a resourceVersion"});
  if (step_ == Step::follow) {
    // A restored server goes on from an older state: what it has done differently since then we would never see.
    if (version != position_ && not_newer(version, position_)) return fail({ErrorKind::gone, "the server's history is behind ours"});
    position_ = std::move(version);
    state_.failures = denials_ = 0;
    return true;
  }
  if (ends_initial_events(bookmark)) {
    end_list(std::move(version), now);
    return true;
  }
  ++foreign_bookmarks_;
  return foreign_bookmarks_ <= rules_.foreign_bookmarks_max;
}

void ResourceStream::take_object(const EventLine& event) {
  if (step_ == Step::follow) {
    if (not_newer(event.version, position_)) {
      ++state_.old_events;  // a server may repeat what was already in the list; passing it on would set the view back
      return;
    }
    if (!event.version.empty()) position_ = event.version;
    state_.failures = denials_ = 0;
  }
  ++state_.events;
  if (event.type == EventLine::Type::deleted)
    sink_.deleted(event.object);
  else
    sink_.changed(event.object);
}

bool ResourceStream::fail(Error error) {
  broken_ = std::move(error);
  return false;
}

void ResourceStream::end_list(std::string version, Moment now) {
  sink_.list_ends();
  ++state_.lists;
  state_.synced = true;
  state_.failures = denials_ = 0;
  position_ = std::move(version);
  step_ = Step::follow;
  token_.clear();
  expired_tokens_ = 0;
  state_.phase = WatchPhase::following;
  follows_since_ = now;
}

}  // namespace refloat
