// Sends Events. Repeats become a count, floods become one line, and text from outside is made harmless. Losing an Event is no failure: the
// durable record stands in status.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "model/note.h"

namespace refloat {

struct EventOptions {
  std::string component = "refloat";                  // who speaks
  std::string instance;                               // which replica
  int burst_max = 25;                                 // Events about one object at once, and as many details ...
  Duration refill{std::chrono::minutes(5)};           // ... and one more after each of these
  int similar_max = 10;                               // different messages of one reason about one object, within ...
  Duration similar_window{std::chrono::minutes(10)};  // ... this; what comes after is told in one Event
  std::size_t queue_max = 1000;                       // waiting to be sent; the oldest are dropped
  std::size_t memory_max = 4096;                      // objects remembered
};

struct EventCounts {
  std::uint64_t sent = 0;       // requests that succeeded
  std::uint64_t repeated = 0;   // told by raising a count
  std::uint64_t combined = 0;   // told together with similar ones
  std::uint64_t held_back = 0;  // not told: too many about one object
  std::uint64_t dropped = 0;    // not told: the queue was full
  std::uint64_t failed = 0;     // not told: the API server refused
};

// May be used from several threads.
class EventRecorder {
 public:
  EventRecorder(KubeApi& api, Clock& clock, EventOptions options);

  // Queues; never blocks on the network.
  void add(const Note& note);
  void add(const std::vector<Note>& notes);
  // Sends what is queued, up to `sends_max`; stops at the first sign that the API server is away and keeps the rest.
  void flush(int sends_max = 50);
  // Returns when something was queued since the last call, after `patience`, or when `stop` is requested.
  void wait(const std::stop_token& stop, Duration patience);
  [[nodiscard]] EventCounts counts() const;
  [[nodiscard]] std::size_t waiting() const;

 private:
  // How many more may be told.
  struct Budget {
    double tokens = 0;
    Time refilled_at{};
  };
  // What has been told about one object.
  struct Told {
    Budget events;
    Budget details;
    Time used_at{};
    std::map<std::string, std::pair<Time, std::set<std::string>>> similar;  // by reason: since when, which messages
  };
  struct Queued {
    Note note;
    Time at;
    bool combined = false;
  };

  Told& told_about(const Note& note, Time now);
  bool take_token(Budget& budget, Time now) const;
  bool is_flood(Told& told, const Note& note, Time now) const;
  Result<> send(const Queued& queued);
  Result<> raise_count(const Resource& event, const Queued& queued, const Json& fresh);

  KubeApi& api_;
  Clock& clock_;
  const EventOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any added_;
  bool added_since_wait_ = false;
  std::deque<Queued> queue_;
  std::map<std::string, Told> told_;  // by the object's uid, or its name where it has none
  EventCounts counts_;
};

// The Event that tells a note, by a name that follows from what it says: said again it is the same object. Control characters are gone
// and secrets are hidden. Pure.
Json event_object(const Note& note, Time at, const EventOptions& options);

}  // namespace refloat
