// Sends Events. Repeats become a count, floods become one line, and text from outside is made harmless. Losing an Event is no failure: the
// durable record stands in status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "kube/kube_api.h"
#include "model/note.h"

namespace refloat {

struct EventOptions {
  std::string component = "refloat";                  // who speaks
  std::string instance;                               // which replica
  int burst_max = 25;                                 // Events about one object at once ...
  Duration refill{std::chrono::minutes(5)};           // ... and one more after each of these
  int similar_max = 10;                               // different messages of one reason about one object, within ...
  Duration similar_window{std::chrono::minutes(10)};  // ... this; what comes after is told in one Event
  std::size_t queue_max = 1000;                       // waiting to be sent; the oldest are dropped
  std::size_t memory_max = 4096;                      // distinct Events remembered
};

struct EventCounts {
  std::uint64_t sent = 0, repeated = 0, combined = 0, held_back = 0, dropped = 0, failed = 0;
};

// May be used from several threads.
class EventRecorder {
 public:
  EventRecorder(KubeApi& api, Clock& clock, EventOptions options);

  // Queues; never blocks on the network.
  void add(const Note& note);
  void add(const std::vector<Note>& notes);
  // Sends what is queued, up to `calls_max` requests; stops at the first sign that the API server is away and keeps the rest.
  void flush(int calls_max = 50);
  [[nodiscard]] EventCounts counts() const;
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Entry;
  KubeApi& api_;
  Clock& clock_;
  EventOptions options_;
};

}  // namespace refloat
