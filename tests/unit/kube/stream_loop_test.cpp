// Many streams in one loop, against a server in the test's own process.
#include "kube/stream_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "kube/flood.h"
#include "unit/kube/http_server.h"
#include "unit/kube/support.h"

namespace refloat {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::HttpServer;
using test::ListedCredentials;
using test::Request;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const Origin> origin_of(const std::string& url, std::vector<Identity> identities = {Identity{}}) {
  Origin origin;
  origin.endpoint.server = url;
  origin.credentials = std::make_shared<ListedCredentials>(std::move(identities));
  origin.user_agent = "refloat-test";
  return std::make_shared<const Origin>(std::move(origin));
}

class Taker final : public StreamHandler {
 public:
  explicit Taker(std::size_t enough = 1U << 30U) : enough_(enough) {}
  void accepted() override { was_accepted = true; }
  bool bytes(std::string_view piece) override {
    text += piece;
    return text.size() < enough_;
  }
  void ended(const StreamEnd& how) override { end = how; }

  bool was_accepted = false;
  std::string text;
  std::optional<StreamEnd> end;

 private:
  std::size_t enough_;
};

StreamRequest request_for(const std::string& target, Duration silence_max = 1min) {
  StreamRequest request;
  request.target = target;
  request.silence_max = silence_max;
  return request;
}

Answer hangs_after(const std::vector<std::string>& chunks) {
  Answer answer = test::chunked(chunks);
  answer.pieces.pop_back();
  answer.then = Answer::Then::hang;
  return answer;
}

template <class Condition>
void run_until(StreamTransport& loop, const Condition& done) {
  const Moment limit = loop.now() + 30s;
  while (!done() && loop.now() < limit) loop.run_once(100ms);
  if (!done()) throw std::runtime_error("it did not happen within 30 s");
}

TEST(StreamLoop, ManyStreamsAreHeardAtTheSameTime) {
  HttpServer server([](const Request& request) { return hangs_after({"this is " + request.target}); });
  StreamLoop loop;
  const auto origin = origin_of(server.url());
  std::vector<std::unique_ptr<Taker>> takers;
  for (int i = 0; i < 10; ++i) {
    takers.push_back(std::make_unique<Taker>());
    (void)loop.open(origin, request_for("/" + std::to_string(i)), *takers.back());
  }
  for (int i = 0; i < 10; ++i) {
    Taker& taker = *takers[static_cast<std::size_t>(i)];
    run_until(loop, [&] { return taker.text == "this is /" + std::to_string(i); });
    EXPECT_TRUE(taker.was_accepted);
    EXPECT_FALSE(taker.end);
  }
}

TEST(StreamLoop, ACompleteAnswerEndsCleanlyAndItsConnectionServesTheNext) {
  HttpServer server([](const Request& /*request*/) { return test::chunked({"a", "b"}); });
  StreamLoop loop;
  const auto origin = origin_of(server.url());
  for (int i = 0; i < 2; ++i) {
    Taker taker;
    (void)loop.open(origin, request_for("/x"), taker);
    run_until(loop, [&] { return taker.end.has_value(); });
    EXPECT_EQ(taker.text, "ab");
    EXPECT_FALSE(taker.end->error);
    EXPECT_EQ(taker.end->status, 200);
  }
  EXPECT_EQ(server.requests()[1].connection, 0);
  EXPECT_EQ(loop.connections_opened(), 1);
}

TEST(StreamLoop, ABrokenAnswerIsNoCleanEnd) {
  HttpServer server([](const Request& /*request*/) { return test::chunked({"a"}, false); });
  StreamLoop loop;
  Taker taker;
  (void)loop.open(origin_of(server.url()), request_for("/x"), taker);
  run_until(loop, [&] { return taker.end.has_value(); });
  ASSERT_TRUE(taker.end->error);
  EXPECT_EQ(taker.end->error->kind, ErrorKind::transient);
  EXPECT_EQ(taker.text, "a");
}

TEST(StreamLoop, ARefusalIsAnErrorAndNoStream) {
  HttpServer server([](const Request& /*request*/) {
    return test::json(429, R"({"kind":"Status","message":"too many, Bearer tok3n-secret"})", "Retry-After: 7\r\n");
  });
  StreamLoop loop;
  Taker taker;
  (void)loop.open(origin_of(server.url(), {test::bearer("tok3n-secret")}), request_for("/x"), taker);
  run_until(loop, [&] { return taker.end.has_value(); });
  EXPECT_FALSE(taker.was_accepted);
  EXPECT_EQ(taker.text, "");
  EXPECT_EQ(taker.end->status, 429);
  EXPECT_EQ(taker.end->error->kind, ErrorKind::transient);
  EXPECT_EQ(taker.end->error->retry_after_s, 7);
  EXPECT_THAT(taker.end->error->message, HasSubstr("too many"));
  EXPECT_THAT(taker.end->error->message, Not(HasSubstr("tok3n-secret")));
}

TEST(StreamLoop, AnEndlessRefusalIsCut) {
  HttpServer server([](const Request& /*request*/) { return test::text(500, std::string(1U << 20U, 'x')); });
  StreamLoop loop;
  Taker taker;
  (void)loop.open(origin_of(server.url()), request_for("/x"), taker);
  run_until(loop, [&] { return taker.end.has_value(); });
  EXPECT_EQ(taker.end->status, 500);
  EXPECT_LT(taker.end->error->message.size(), 1000U);
}

TEST(StreamLoop, EveryStreamAsksForTheIdentityAnewAndA401RenewsIt) {
  HttpServer server([](const Request& request) {
    return request.header("Authorization") == "Bearer new" ? test::chunked({"in"})
                                                           : test::json(401, R"({"kind":"Status","message":"who?"})");
  });
  StreamLoop loop;
  const auto origin = origin_of(server.url(), {test::bearer("old"), test::bearer("new")});
  Taker first;
  (void)loop.open(origin, request_for("/x"), first);
  run_until(loop, [&] { return first.end.has_value(); });
  EXPECT_EQ(first.end->error->kind, ErrorKind::unauthenticated);
  EXPECT_TRUE(first.end->renewed);
  Taker second;
  (void)loop.open(origin, request_for("/x"), second);
  run_until(loop, [&] { return second.end.has_value(); });
  EXPECT_EQ(second.text, "in");
  EXPECT_FALSE(second.end->error);
  EXPECT_EQ(server.requests()[1].header("User-Agent"), "refloat-test");
}

TEST(StreamLoop, ASilentStreamEndsAndItsConnectionIsNotUsedAgain) {
  HttpServer server([](const Request& request) { return request.target == "/quiet" ? hangs_after({"a"}) : test::chunked({"b"}); });
  StreamLoop loop;
  const auto origin = origin_of(server.url());
  Taker quiet;
  (void)loop.open(origin, request_for("/quiet", 50ms), quiet);
  run_until(loop, [&] { return quiet.end.has_value(); });
  EXPECT_EQ(quiet.text, "a");
  EXPECT_EQ(quiet.end->error->kind, ErrorKind::timed_out);
  Taker next;
  (void)loop.open(origin, request_for("/next"), next);
  run_until(loop, [&] { return next.end.has_value(); });
  EXPECT_EQ(next.text, "b");
  EXPECT_EQ(server.requests()[1].connection, 1);
}

TEST(StreamLoop, AServerThatNeverAnswersIsGivenUp) {
  HttpServer server([](const Request& /*request*/) { return test::silence(); });
  StreamLoop loop;
  Taker taker;
  (void)loop.open(origin_of(server.url()), request_for("/x", 50ms), taker);
  run_until(loop, [&] { return taker.end.has_value(); });
  EXPECT_EQ(taker.end->error->kind, ErrorKind::timed_out);
  EXPECT_EQ(taker.end->status, 0);
}

TEST(StreamLoop, AHandlerThatHasEnoughIsHeardOnceMore) {
  HttpServer server([](const Request& /*request*/) { return hangs_after({"aaaa"}); });
  StreamLoop loop;
  Taker taker(2);
  (void)loop.open(origin_of(server.url()), request_for("/x"), taker);
  run_until(loop, [&] { return taker.end.has_value(); });
  EXPECT_FALSE(taker.end->error);
}

TEST(StreamLoop, ACancelledStreamIsHeardNoMore) {
  HttpServer server([](const Request& request) { return request.target == "/gone" ? hangs_after({"a"}) : test::chunked({"b"}); });
  StreamLoop loop;
  const auto origin = origin_of(server.url());
  Taker gone;
  const StreamId id = loop.open(origin, request_for("/gone"), gone);
  run_until(loop, [&] { return gone.text == "a"; });
  loop.cancel(id);
  loop.cancel(id);
  Taker other;
  (void)loop.open(origin, request_for("/other"), other);
  run_until(loop, [&] { return other.end.has_value(); });
  EXPECT_FALSE(gone.end);
}

TEST(StreamLoop, WhatCannotBeginEndsInTheNextRound) {
  StreamLoop loop;
  for (const auto& origin : {origin_of("not an address"), origin_of("https://127.0.0.1:1", {test::bearer("a\nb")})}) {
    Taker taker;
    (void)loop.open(origin, request_for("/x"), taker);
    EXPECT_FALSE(taker.end);
    loop.run_once(0ms);
    ASSERT_TRUE(taker.end);
    EXPECT_EQ(taker.end->error->kind, ErrorKind::invalid);
  }
}

TEST(StreamLoop, NobodyThereIsTransient) {
  std::string url;
  {
    url = HttpServer([](const Request& /*request*/) { return test::nothing(); }).url();
  }
  StreamLoop loop;
  Taker taker;
  (void)loop.open(origin_of(url), request_for("/x"), taker);
  run_until(loop, [&] { return taker.end.has_value(); });
  EXPECT_EQ(taker.end->error->kind, ErrorKind::transient);
  EXPECT_EQ(taker.end->status, 0);
}

TEST(StreamLoop, AHandlerMayOpenTheNextStreamWhenItsOwnHasEnded) {
  HttpServer server([](const Request& request) { return test::chunked({request.target}); });
  class Chain final : public StreamHandler {
   public:
    Chain(StreamLoop& loop, std::shared_ptr<const Origin> origin) : loop_(loop), origin_(std::move(origin)) {}
    void accepted() override {}
    bool bytes(std::string_view piece) override {
      text += piece;
      return true;
    }
    void ended(const StreamEnd& /*end*/) override {
      if (++ends < 5) (void)loop_.open(origin_, request_for("/" + std::to_string(ends)), *this);
    }
    std::string text;
    int ends = 0;

   private:
    StreamLoop& loop_;
    std::shared_ptr<const Origin> origin_;
  };
  StreamLoop loop;
  const auto origin = origin_of(server.url());
  Chain chain(loop, origin);
  (void)loop.open(origin, request_for("/0"), chain);
  run_until(loop, [&] { return chain.ends == 5; });
  EXPECT_EQ(chain.text, "/0/1/2/3/4");
}

TEST(Flood, OnlyWhatGoesOnComingFastIsLetGather) {
  Flood flood;
  for (int i = 1; i < Flood::quick_min; ++i) EXPECT_EQ(flood.rest_after(0ms), 0ms) << "a few together are none";
  EXPECT_EQ(flood.rest_after(1ms), Flood::rest);
  EXPECT_EQ(flood.rest_after(0ms), Flood::rest);
  EXPECT_EQ(flood.rest_after(Flood::quick), 0ms) << "it has ended";
  EXPECT_EQ(flood.rest_after(0ms), 0ms);
}

TEST(StreamLoop, AnotherThreadCanWakeIt) {
  StreamLoop loop;
  std::promise<void> woken;
  std::thread sleeper([&] {
    loop.run_once(1h);
    woken.set_value();
  });
  loop.wake_up();
  EXPECT_EQ(woken.get_future().wait_for(30s), std::future_status::ready);
  sleeper.join();
}

TEST(StreamLoop, EndsWithStreamsUnderWay) {
  HttpServer server([](const Request& /*request*/) { return hangs_after({"a"}); });
  Taker taker;
  {
    StreamLoop loop;
    (void)loop.open(origin_of(server.url()), request_for("/x"), taker);
    run_until(loop, [&] { return taker.text == "a"; });
  }
  EXPECT_FALSE(taker.end);
}

}  // namespace
}  // namespace refloat
