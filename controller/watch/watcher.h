// Keeps views of many resource types current, each by one stream, and says how current they are.
//
//   StreamLoop loop;
//   Watcher watcher(loop);
//   const WatchId pods = watcher.add({.origin = connected.origin, .resource = {"", "v1", "pods", "", "", ""}}, sink);
//   std::jthread thread([&](std::stop_token stop) { watcher.run(stop); });    // all calls of all sinks come from this thread
//   ... watcher.health(pods)->synced ...
//
// A benchmark needs nothing else: `connect()` of kube/connect.h gives the origin, a sink of its own counts, and the loop
// `while (!watcher.all_synced()) watcher.run_once(Duration(100));` in the calling thread ends when everything was listed.
//
// A sink first sees list_begins, every object, list_ends; from then on changes. When a stream cannot be resumed it is listed again in the
// same way, without being emptied in between. An object may come in a state that was seen before, never in one older than
// what the server's list holds, and never twice at the same time from two threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/time.h"
#include "kube/object_sink.h"
#include "kube/stream_transport.h"
#include "watch/health.h"
#include "watch/stream_rules.h"
#include "watch/target.h"

namespace refloat {

using WatchId = std::uint64_t;

class Watcher {
 public:
  // `transport` must outlive this. `seed` chooses the jitter of all waits.
  explicit Watcher(StreamTransport& transport, StreamRules rules = {}, std::uint64_t seed = 0);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Any thread: starts with the next run_once(). The sink is kept until the watch is removed, and called only from run_once().
  WatchId add(WatchTarget target, std::shared_ptr<ObjectSink> sink);
  // Any thread: the sink may still be called until the next run_once() has begun. What it holds is not taken back.
  void remove(WatchId id);

  // Any thread: how current one view is; nothing for an unknown id.
  [[nodiscard]] std::optional<WatchHealth> health(WatchId id) const;
  // Any thread: all of them, for readiness and metrics.
  [[nodiscard]] std::vector<WatchReport> health() const;
  // Any thread: whether every view was listed once, or cannot be (kind absent, right missing).
  [[nodiscard]] bool all_synced() const;
  // Any thread: whether every view is being followed right now, or cannot be; false while one is listed or its connection is lost. Those
  // that are not `waited_for` do not count.
  [[nodiscard]] bool all_following(const std::function<bool(const WatchReport&)>& waited_for = {}) const;

  // The owner's thread: opens what is due and moves bytes for at most `patience`.
  void run_once(Duration patience);
  // The owner's thread: run_once() until `stop`, which ends it at once.
  void run(const std::stop_token& stop);
  // Any thread: makes run_once() return.
  void wake_up();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace refloat
