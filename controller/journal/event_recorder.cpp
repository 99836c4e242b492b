#include "journal/event_recorder.h"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "model/api_version.h"
#include "model/note.h"
#include "model/object_ref.h"
#include "model/write.h"

namespace refloat {
namespace {

constexpr std::size_t message_bytes_max = 1000;  // the API server takes 1024
constexpr std::size_t name_part_max = 200;       // of a name that may have 253 characters

std::string api_version_of(const std::string& kind) {
  return kind == "Stack" || kind == "Recovery" || kind == "Playbook" ? our_api_version : "argoproj.io/v1alpha1";
}

// Cut first, so that looking for secrets stays cheap, and between two words, so that no half of one escapes that.
std::string safe_message(const std::string& text) {
  std::string cut = text.substr(0, message_bytes_max);
  if (cut.size() < text.size()) cut = cut.substr(0, cut.find_last_of(" \n\t") + 1) + "...";
  return printable(redact_patterns(cut), message_bytes_max - 3);
}

// Events are namespaced as what they are about; what has no namespace is told in "default", as Kubernetes itself does.
std::string namespace_of(const ObjectRef& object) {
  return object.ns.empty() ? "default" : object.ns;
}

Resource event_resource(const std::string& ns, const std::string& name) {
  return {"", "v1", "events", ns, name, {}};
}

std::string identity_of(const ObjectRef& object) {
  return object.kind + "/" + object.ns + "/" + object.name + "/" + object.uid;
}

bool is_away(const Error& error) {
  return error.kind == ErrorKind::transient || error.kind == ErrorKind::timed_out || error.kind == ErrorKind::unauthenticated;
}

}  // namespace

Json event_object(const Note& note, Time at, const EventOptions& options) {
  const std::string message = safe_message(note.message);
  const std::string ns = namespace_of(note.regarding);
  const std::string type = note.warning ? "Warning" : "Normal";
  const std::string digest = sha256_hex(Json{identity_of(note.regarding), type, note.reason, message, options.component}.dump());
  const Json regarding{{"apiVersion", api_version_of(note.regarding.kind)},
                       {"kind", note.regarding.kind},
                       {"namespace", note.regarding.ns},
                       {"name", note.regarding.name},
                       {"uid", note.regarding.uid}};
  return Json{{"apiVersion", "v1"},
              {"kind", "Event"},
              {"metadata", {{"name", note.regarding.name.substr(0, name_part_max) + "." + digest.substr(0, 16)}, {"namespace", ns}}},
              {"involvedObject", regarding},
              {"type", type},
              {"reason", note.reason},
              {"message", message},
              {"source", {{"component", options.component}}},
              {"reportingComponent", options.component},
              {"reportingInstance", options.instance},
              {"firstTimestamp", format_time(at)},
              {"lastTimestamp", format_time(at)},
              {"count", 1}};
}

EventRecorder::EventRecorder(KubeApi& api, Clock& clock, EventOptions options) : api_(api), clock_(clock), options_(std::move(options)) {}

EventRecorder::Told& EventRecorder::told_about(const Note& note, Time now) {
  const auto [entry, fresh] = told_.try_emplace(identity_of(note.regarding));
  if (fresh) {
    const Budget full{static_cast<double>(options_.burst_max), now};
    entry->second.events = full;
    entry->second.details = full;
  }
  entry->second.used_at = now;
  if (told_.size() > options_.memory_max) {
    const auto oldest =
        std::min_element(told_.begin(), told_.end(), [](const auto& a, const auto& b) { return a.second.used_at < b.second.used_at; });
    if (oldest != entry) told_.erase(oldest);
  }
  return entry->second;
}

bool EventRecorder::take_token(Budget& budget, Time now) const {
  const double gained = static_cast<double>((now - budget.refilled_at).count()) / static_cast<double>(options_.refill.count());
  budget.tokens = std::min(static_cast<double>(options_.burst_max), budget.tokens + std::max(0.0, gained));
  budget.refilled_at = now;
  if (budget.tokens < 1) return false;
  budget.tokens -= 1;
  return true;
}

// Whether so many different messages of this reason were told of late that the rest is told as one.
bool EventRecorder::is_flood(Told& told, const Note& note, Time now) const {
  auto& [since, messages] = told.similar[note.reason];
  if (now - since > options_.similar_window) {
    since = now;
    messages.clear();
  }
  if (messages.contains(note.message)) return false;
  if (messages.size() >= static_cast<std::size_t>(options_.similar_max)) return true;
  messages.insert(note.message);
  return false;
}

void EventRecorder::add(const Note& note) {
  const std::scoped_lock lock(mutex_);
  const Time now = clock_.now();
  Told& told = told_about(note, now);
  if (!take_token(note.detail ? told.details : told.events, now)) {
    ++counts_.held_back;
    return;
  }
  Queued queued{note, now, is_flood(told, note, now)};
  if (queued.combined) {
    ++counts_.combined;
    queued.note.message = "more of the same kind was told than is useful; the status has all of it";
  }
  queue_.push_back(std::move(queued));
  added_since_wait_ = true;
  added_.notify_one();
  if (queue_.size() <= options_.queue_max) return;
  queue_.pop_front();
  ++counts_.dropped;
}

void EventRecorder::add(const std::vector<Note>& notes) {
  for (const Note& note : notes) add(note);
}

void EventRecorder::wait(const std::stop_token& stop, Duration patience) {
  std::unique_lock lock(mutex_);
  added_.wait_for(lock, stop, patience, [this] { return added_since_wait_; });
  added_since_wait_ = false;
}

void EventRecorder::flush(int sends_max) {
  for (int i = 0; i < sends_max; ++i) {
    std::optional<Queued> next;
    {
      const std::scoped_lock lock(mutex_);
      if (queue_.empty()) return;
      next = std::move(queue_.front());
      queue_.pop_front();
    }
    const Result<> sent = send(*next);
    const std::scoped_lock lock(mutex_);
    if (!sent && is_away(sent.error())) {
      queue_.push_front(std::move(*next));
      return;
    }
    ++(sent ? counts_.sent : counts_.failed);
  }
}

// The name follows from what is said, so "exists already" means that it was said before, by this process or an earlier one.
Result<> EventRecorder::send(const Queued& queued) {
  const Json fresh = event_object(queued.note, queued.at, options_);
  const std::string ns = text_at(fresh, {"metadata", "namespace"});
  const Result<Json> created = api_.create(event_resource(ns, {}), fresh, {});
  if (created) return ok();
  if (created.error().kind != ErrorKind::stale) return created.error();
  return raise_count(event_resource(ns, text_at(fresh, {"metadata", "name"})), queued, fresh);
}

Result<> EventRecorder::raise_count(const Resource& event, const Queued& queued, const Json& fresh) {
  const Result<Json> known = api_.get(event);
  if (!known) return known.error();
  const Json patch{{"metadata", {{"resourceVersion", text_at(*known, {"metadata", "resourceVersion"})}}},
                   {"count", int_at(*known, {"count"}, 1) + 1},
                   {"lastTimestamp", format_time(queued.at)},
                   {"reportingInstance", fresh.at("reportingInstance")}};
  const Result<Json> raised = api_.patch(event, PatchType::merge, patch, {});
  if (!raised) return raised.error();
  const std::scoped_lock lock(mutex_);
  ++counts_.repeated;
  return ok();
}

EventCounts EventRecorder::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

std::size_t EventRecorder::waiting() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}

}  // namespace refloat
