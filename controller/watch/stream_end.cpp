// The half of ResourceStream that decides what the end of an answer means.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "kube/stream_transport.h"
#include "watch/health.h"
#include "watch/page_reader.h"
#include "watch/stream.h"

namespace refloat {
namespace {

// The server's history is shorter than ours: a replica lags behind, or it was restored from a backup.
bool version_too_large(const Error& error) {
  return error.message.find("oo large resource version") != std::string::npos;
}

}  // namespace

void ResourceStream::ended(const StreamEnd& end, Moment now) {
  const bool unknown_to_server = end.status == 400 || end.status == 422 || foreign_bookmarks_ > rules_.foreign_bookmarks_max;
  const std::optional<Error> error = failure(end);
  if (error && step_ == Step::streamed_list && unknown_to_server)
    use_pages(now);
  else if (error)
    end_badly(end, *error, now);
  else if (page_)
    end_page(now);
  else
    end_cleanly(now);
  lines_.clear();
  page_.reset();
}

std::optional<Error> ResourceStream::failure(const StreamEnd& end) const {
  if (broken_) return broken_;
  if (end.error) return end.error;
  if (page_) {
    const Result<PageEnd> page = page_->finish();
    if (!page) return page.error();
    const bool advances = page->token.empty() || page->token != token_;
    if (!advances || page->version.empty()) return Error{ErrorKind::invalid, "the list does not advance, or has no version"};
    return std::nullopt;
  }
  if (!trim(lines_.rest()).empty()) return Error{ErrorKind::transient, "the stream ended in the middle of an event"};
  if (step_ == Step::streamed_list) return Error{ErrorKind::transient, "the list ended before its end mark"};
  return std::nullopt;
}

// All pages show the state of the first: its version is where changes begin.
void ResourceStream::end_page(Moment now) {
  const Result<PageEnd> page = page_->finish();
  if (token_.empty()) first_version_ = page->version;
  token_ = page->token;
  if (token_.empty()) end_list(first_version_, now);
  due_ = now;
}

void ResourceStream::end_cleanly(Moment now) {
  const bool useless = now - opened_at_ < rules_.watch_short && state_.events == events_at_open_;
  if (useless) return back_off({ErrorKind::transient, "the watch ended as soon as it began"}, now);
  due_ = now;
}

void ResourceStream::end_badly(const StreamEnd& end, const Error& error, Moment now) {
  state_.last_error = error;
  switch (error.kind) {
    case ErrorKind::gone: return token_.empty() ? list_again(now) : restart_pages(now);
    case ErrorKind::denied: return end_refused(WatchPhase::denied, now);
    case ErrorKind::not_found:
      if (target_.built_in) break;
      return end_refused(WatchPhase::absent, now);
    case ErrorKind::unauthenticated: return end_unauthenticated(end, error, now);
    case ErrorKind::invalid: forget_position(); return back_off(error, now);  // an answer that makes no sense may have hidden a change
    default: break;
  }
  if (error.kind == ErrorKind::timed_out && end.status == 200) {  // a dead connection, or a server without bookmarks: another one tells
    due_ = now;
    return;
  }
  if (version_too_large(error) && state_.failures >= rules_.large_versions_max) forget_position();
  back_off(error, now);
}

void ResourceStream::end_unauthenticated(const StreamEnd& end, const Error& error, Moment now) {
  if (!end.renewed || renewed_) return back_off(error, now);
  renewed_ = true;
  due_ = now;
}

// Asking again soon cannot help, but where the right was there a moment ago. A kind that is not installed has no objects; a missing right
// says nothing about them.
void ResourceStream::end_refused(WatchPhase phase, Moment now) {
  if (phase == WatchPhase::absent && state_.phase != WatchPhase::absent) {
    sink_.list_begins();
    sink_.list_ends();
    state_.synced = true;
    forget_position();
  }
  state_.phase = phase;
  const bool may_pass = phase == WatchPhase::denied && state_.synced && denials_ < rules_.denials_max;
  due_ = now + (may_pass ? rules_.backoff.wait(denials_++, ++seed_) : slow_retry());
}

Duration ResourceStream::slow_retry() {
  const Duration wait = target_.rare ? rules_.optional_retry : rules_.slow_retry;
  return wait - share_of(wait / 2);
}

void ResourceStream::use_pages(Moment now) {
  step_ = Step::page;
  due_ = now;
}

void ResourceStream::restart_pages(Moment now) {
  token_.clear();
  ++expired_tokens_;
  if (expired_tokens_ == 1) {
    due_ = now;
  } else {
    back_off(*state_.last_error, now);
  }
}

// At once where the view was stable; with growing waits where lists and expiry follow each other, for a list is what costs the server most.
void ResourceStream::list_again(Moment now) {
  if (follows_since_ && now - *follows_since_ >= rules_.stable_after) relists_ = 0;
  due_ = relists_ == 0 ? now : now + rules_.backoff.wait(relists_ - 1, ++seed_);
  ++relists_;
  forget_position();
  state_.phase = WatchPhase::listing;
}

void ResourceStream::forget_position() {
  step_ = rules_.streamed_lists ? Step::streamed_list : Step::page;
  position_.clear();
  token_.clear();
  follows_since_.reset();
}

void ResourceStream::back_off(const Error& error, Moment now) {
  ++state_.failures;
  Duration wait = rules_.backoff.wait(state_.failures - 1, ++seed_);
  const auto asked = std::min<Duration>(std::chrono::seconds(error.retry_after_s), rules_.retry_after_max);
  if (asked > wait) wait = asked + share_of(rules_.backoff.base);  // all clients were told the same
  due_ = now + wait;
  state_.last_error = error;
  const bool refused = state_.phase == WatchPhase::denied || state_.phase == WatchPhase::absent;
  if (!refused) state_.phase = step_ == Step::follow ? WatchPhase::waiting : WatchPhase::listing;
}

}  // namespace refloat
