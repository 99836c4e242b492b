// The watcher: with a transport that is played by the test, and once over real sockets with threads.
#include "watch/watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kube/stream_loop.h"
#include "unit/kube/http_server.h"
#include "unit/kube/support.h"
#include "unit/watch/recorder.h"

namespace refloat {
namespace {

using namespace std::chrono_literals;
using test::bookmark;
using test::event;
using test::Recorder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What was opened; the test calls the handlers.
class PlayedTransport final : public StreamTransport {
 public:
  StreamId open(const std::shared_ptr<const Origin>& /*origin*/, const StreamRequest& request, StreamHandler& handler) override {
    targets.push_back(request.target);
    running[++last] = &handler;
    return last;
  }
  void cancel(StreamId id) override { running.erase(id); }
  void run_once(Duration patience) override {
    patiences.push_back(patience);
    if (on_run) std::exchange(on_run, nullptr)();
  }
  void wake_up() override { ++wakes; }
  [[nodiscard]] Moment now() const override { return time; }

  void end(StreamId id, const StreamEnd& how) {
    StreamHandler* handler = running.at(id);
    running.erase(id);
    handler->ended(how);
  }

  std::vector<std::string> targets;
  std::map<StreamId, StreamHandler*> running;
  std::vector<Duration> patiences;
  std::function<void()> on_run;
  std::atomic<int> wakes = 0;
  StreamId last = 0;
  Moment time{1000s};
};

WatchTarget pods_of(const std::string& ns) {
  WatchTarget target;
  target.resource = {"", "v1", "pods", ns, "", ""};
  return target;
}

TEST(Watcher, OpensWhatWasAddedAndTellsHowItIs) {
  PlayedTransport transport;
  Watcher watcher(transport);
  const auto sink = std::make_shared<Recorder>();
  const WatchId id = watcher.add(pods_of("shop"), sink);
  EXPECT_EQ(transport.wakes, 1) << "a running loop must notice";
  EXPECT_FALSE(watcher.all_synced());
  EXPECT_EQ(watcher.health(id)->phase, WatchPhase::listing);
  transport.on_run = [&] {
    transport.running.at(1)->accepted();
    EXPECT_TRUE(transport.running.at(1)->bytes(event("ADDED", "a", "3") + bookmark("4", true)));
  };
  watcher.run_once(1min);
  ASSERT_EQ(transport.targets.size(), 1U);
  EXPECT_THAT(transport.targets[0], HasSubstr("/namespaces/shop/pods?"));
  EXPECT_THAT(sink->told, ElementsAre("begin", "+a@3", "end"));
  EXPECT_TRUE(watcher.all_synced());
  ASSERT_EQ(watcher.health().size(), 1U);
  EXPECT_EQ(watcher.health()[0].resource, "pods");
  EXPECT_EQ(watcher.health()[0].ns, "shop");
  transport.time += 40s;
  EXPECT_EQ(watcher.health(id)->lag, 40s);
}

// What a lost connection or a new list may hide is not current, though it was listed once.
TEST(Watcher, FollowsAllOnlyWhileNoViewIsListedOrLost) {
  PlayedTransport transport;
  Watcher watcher(transport);
  watcher.add(pods_of("shop"), std::make_shared<Recorder>());
  const auto list = [&](StreamId id) {
    transport.running.at(id)->accepted();
    EXPECT_TRUE(transport.running.at(id)->bytes(bookmark("4", true)));
  };
  EXPECT_FALSE(watcher.all_following());
  transport.on_run = [&] { list(1); };
  watcher.run_once(1min);
  EXPECT_TRUE(watcher.all_following());
  transport.on_run = [&] { transport.end(1, {Error{ErrorKind::transient, "lost"}, 200}); };
  watcher.run_once(1min);
  EXPECT_FALSE(watcher.all_following());
  EXPECT_TRUE(watcher.all_synced());
  transport.time += 1min;
  transport.on_run = [&] { transport.end(2, {Error{ErrorKind::denied, "no"}, 403}); };
  watcher.run_once(1min);
  EXPECT_FALSE(watcher.all_following()) << "what was listed is of the past by now";
}

TEST(Watcher, AViewThatWasNeverAllowedIsNotWaitedFor) {
  PlayedTransport transport;
  Watcher watcher(transport);
  watcher.add(pods_of("shop"), std::make_shared<Recorder>());
  transport.on_run = [&] { transport.end(1, {Error{ErrorKind::denied, "no"}, 403}); };
  watcher.run_once(1min);
  EXPECT_TRUE(watcher.all_following()) << "slices say that they have not seen it";
}

TEST(Watcher, WhatIsOptionalHoldsNothingUpUnlessItIsAskedFor) {
  PlayedTransport transport;
  Watcher watcher(transport);
  WatchTarget optional = pods_of("shop");
  optional.optional = true;
  watcher.add(optional, std::make_shared<Recorder>());
  EXPECT_FALSE(watcher.all_following());
  EXPECT_TRUE(watcher.all_following([](const WatchReport& each) { return !each.optional; })) << "it was never listed";
  EXPECT_TRUE(watcher.health()[0].optional);
}

TEST(Watcher, WaitsNoLongerThanUntilTheNextStreamIsDue) {
  PlayedTransport transport;
  Watcher watcher(transport);
  watcher.add(pods_of("a"), std::make_shared<Recorder>());
  watcher.run_once(1h);
  EXPECT_EQ(transport.patiences.back(), 1h) << "nothing is due while the request runs";
  transport.on_run = [&] { transport.end(1, {Error{ErrorKind::transient, "no"}, 503}); };
  watcher.run_once(1h);
  watcher.run_once(1h);
  EXPECT_LE(transport.patiences.back(), 500ms);
  EXPECT_EQ(transport.targets.size(), 1U) << "not yet";
  transport.time += 1s;
  watcher.run_once(1h);
  EXPECT_EQ(transport.targets.size(), 2U);
}

TEST(Watcher, ARemovedWatchIsCancelledAndItsSinkLetGo) {
  PlayedTransport transport;
  Watcher watcher(transport);
  auto sink = std::make_shared<Recorder>();
  const std::weak_ptr<Recorder> left = sink;
  const WatchId id = watcher.add(pods_of("a"), std::move(sink));
  watcher.run_once(0ms);
  EXPECT_EQ(transport.running.size(), 1U);
  watcher.remove(id);
  EXPECT_FALSE(watcher.health(id));
  watcher.run_once(0ms);
  EXPECT_THAT(transport.running, IsEmpty());
  EXPECT_TRUE(left.expired());
  EXPECT_TRUE(watcher.all_synced()) << "there is nothing to wait for";
}

TEST(Watcher, ADeniedWatchDoesNotKeepTheOthersFromBeingReady) {
  PlayedTransport transport;
  Watcher watcher(transport);
  const WatchId id = watcher.add(pods_of("a"), std::make_shared<Recorder>());
  watcher.run_once(0ms);
  transport.on_run = [&] { transport.end(1, {Error{ErrorKind::denied, "forbidden"}, 403}); };
  watcher.run_once(0ms);
  EXPECT_TRUE(watcher.all_synced());
  EXPECT_EQ(watcher.health(id)->phase, WatchPhase::denied);
}

TEST(Watcher, ItsEndCancelsWhatRuns) {
  PlayedTransport transport;
  {
    Watcher watcher(transport);
    watcher.add(pods_of("a"), std::make_shared<Recorder>());
    watcher.run_once(0ms);
    EXPECT_EQ(transport.running.size(), 1U);
  }
  EXPECT_THAT(transport.running, IsEmpty());
}

// The whole of it, with threads: added, read and removed from outside while the loop runs.
TEST(Watcher, WorksOverSocketsWhileOthersAskAndAdd) {
  test::HttpServer server([](const test::Request& request) {
    test::Answer answer = test::chunked({event("ADDED", "x", "3"), bookmark("4", true), event("MODIFIED", "x", "5")});
    answer.pieces.pop_back();
    answer.then = test::Answer::Then::hang;
    return request.target.find("/namespaces/none/") != std::string::npos ? test::json(403, "{}") : answer;
  });
  Origin origin;
  origin.endpoint.server = server.url();
  origin.credentials = std::make_shared<test::ListedCredentials>(std::vector<Identity>{Identity{}});
  const auto shared = std::make_shared<const Origin>(std::move(origin));
  StreamLoop loop;
  Watcher watcher(loop);
  std::vector<std::shared_ptr<Recorder>> sinks;
  {
    const std::jthread thread([&](const std::stop_token& stop) { watcher.run(stop); });
    std::vector<WatchId> ids;
    for (const char* ns : {"a", "b", "none"}) {
      WatchTarget target = pods_of(ns);
      target.origin = shared;
      sinks.push_back(std::make_shared<Recorder>());
      ids.push_back(watcher.add(std::move(target), sinks.back()));
    }
    const Moment limit = loop.now() + 30s;
    const auto told_all = [&] {
      return watcher.all_synced() && watcher.health(ids[0])->events == 2 && watcher.health(ids[1])->events == 2;
    };
    while (!told_all() && loop.now() < limit) std::this_thread::yield();
    EXPECT_TRUE(told_all());
    EXPECT_EQ(watcher.health(ids[2])->phase, WatchPhase::denied);
    watcher.remove(ids[1]);
  }
  EXPECT_THAT(sinks[0]->told, ElementsAre("begin", "+x@3", "end", "+x@5"));
  EXPECT_THAT(sinks[1]->told, ElementsAre("begin", "+x@3", "end", "+x@5"));
  EXPECT_THAT(sinks[2]->told, IsEmpty());
}

}  // namespace
}  // namespace refloat
