// The state machine of one view against a server that is played by the test: every way in which an answer can begin, break off and end.
#include "watch/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "kube/errors.h"
#include "unit/watch/recorder.h"

namespace refloat {
namespace {

using namespace std::chrono_literals;
using test::bookmark;
using test::error_event;
using test::event;
using test::object;
using test::page;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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

  Moment now{1000s};
  Duration waited{0};
  StreamRules rules;
  WatchTarget target;
  StreamRequest request;
  test::Recorder sink;
  EventReader reader;
  ResourceStream stream{target, rules, sink, reader, 7, now};
};

bool streams_list(const std::string& target) {
  return target.find("sendInitialEvents=true&resourceVersionMatch=NotOlderThan") != std::string::npos &&
         target.find("resourceVersion=") == std::string::npos;
}
bool follows_from(const std::string& target, const std::string& version) {
  return target.find("watch=true") != std::string::npos && target.ends_with("&resourceVersion=" + version);
}

// --- asking ---

TEST(Stream, AsksForAStreamedListFirst) {
  Played play;
  const std::string target = play.open();
  EXPECT_THAT(target, testing::StartsWith("/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds="));
  EXPECT_TRUE(streams_list(target)) << target;
  EXPECT_EQ(play.waited, 0ms);
  EXPECT_EQ(play.request.silence_max, play.rules.silence_max);
}

TEST(Stream, SelectorsAndMetadataOnlyReachTheServer) {
  WatchTarget target = Played::pods();
  target.label_selector = "a=b";
  target.field_selector = "spec.nodeName=n";
  target.metadata_only = true;
  Played play({}, target);
  EXPECT_THAT(play.open(), HasSubstr("&labelSelector=a%3Db&fieldSelector=spec.nodeName%3Dn&"));
  EXPECT_EQ(play.request.accept, "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
  play.refuse(422);
  EXPECT_EQ(play.open(), "/api/v1/namespaces/shop/pods?limit=500&labelSelector=a%3Db&fieldSelector=spec.nodeName%3Dn");
  EXPECT_EQ(play.request.accept, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
}

TEST(Stream, TimeoutsOfWatchesAreSpread) {
  std::vector<std::string> targets;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    Played play;
    ResourceStream stream(play.target, play.rules, play.sink, play.reader, seed, play.now);
    targets.push_back(stream.open(play.now).target);
  }
  EXPECT_NE(targets[0], targets[1]);
  EXPECT_NE(targets[1], targets[2]);
}

// --- the streamed list ---

TEST(Stream, TheListEndsWithItsMarkAndTheSameStreamIsFollowed) {
  Played play;
  play.open();
  EXPECT_TRUE(play.say(event("ADDED", "a", "5") + event("ADDED", "b", "3")));
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "+a@5", "+b@3"));
  EXPECT_FALSE(play.health().synced);
  EXPECT_EQ(play.health().phase, WatchPhase::listing);
  EXPECT_TRUE(play.more(bookmark("9", true) + event("MODIFIED", "b", "10") + event("DELETED", "a", "11")));
  EXPECT_THAT(play.sink.take(), ElementsAre("end", "+b@10", "-a@11"));
  EXPECT_TRUE(play.health().synced);
  EXPECT_EQ(play.health().phase, WatchPhase::following);
  EXPECT_EQ(play.health().lists, 1U);
  EXPECT_EQ(play.health().events, 4U);
}

TEST(Stream, OldVersionsInsideAListAreAList) {
  Played play;
  play.open();
  play.say(event("ADDED", "a", "100") + event("ADDED", "b", "2") + event("MODIFIED", "a", "1") + bookmark("100", true));
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "+a@100", "+b@2", "+a@1", "end"));
  EXPECT_EQ(play.health().old_events, 0U);
}

TEST(Stream, AnEmptyListIsAList) {
  Played play;
  play.open();
  play.say(bookmark("4", true));
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "end"));
  EXPECT_TRUE(play.health().synced);
}

TEST(Stream, AListThatIsCutOffBeginsAgain) {
  Played play;
  play.open();
  play.say(event("ADDED", "a", "5"));
  play.lose();
  EXPECT_TRUE(streams_list(play.open()));
  EXPECT_GT(play.waited, 0ms);
  play.say(event("ADDED", "b", "6") + bookmark("6", true));
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "+a@5", "begin", "+b@6", "end"));
}

TEST(Stream, AListWithoutItsMarkIsNoList) {
  Played play;
  play.open();
  play.say(event("ADDED", "a", "5"));
  play.end();
  EXPECT_FALSE(play.health().synced);
  EXPECT_THAT(play.health().last_error->message, HasSubstr("before its end mark"));
  EXPECT_TRUE(streams_list(play.open()));
}

// --- pages ---

TEST(Stream, AServerThatDoesNotStreamListsIsPaged) {
  for (const int status : {400, 422}) {
    Played play;
    play.open();
    play.refuse(status);
    EXPECT_EQ(play.open(), "/api/v1/namespaces/shop/pods?limit=500");
    EXPECT_EQ(play.waited, 0ms);
    play.say(page({object("a", "5"), object("b", "3")}, "20", "t/1"));
    play.end();
    EXPECT_EQ(play.open(), "/api/v1/namespaces/shop/pods?limit=500&continue=t%2F1");
    EXPECT_EQ(play.waited, 0ms);
    play.say(page({object("c", "4")}, "20"));
    EXPECT_FALSE(play.health().synced);
    play.end();
    EXPECT_TRUE(play.health().synced);
    EXPECT_THAT(play.sink.take(), ElementsAre("begin", "+a@5", "+b@3", "+c@4", "end"));
    EXPECT_TRUE(follows_from(play.open(), "20"));
    EXPECT_EQ(play.waited, 0ms);
    EXPECT_EQ(play.health().failures, 0) << "a server without this feature has not failed";
  }
}

TEST(Stream, ChangesBeginAtTheFirstPage) {
  Played play;
  play.open();
  play.refuse(422);
  play.open();
  play.say(page({}, "20", "t"));
  play.end();
  play.open();
  play.say(page({}, "25"));
  play.end();
  EXPECT_TRUE(follows_from(play.open(), "20"));
}

TEST(Stream, ATokenThatExpiresStartsTheListOver) {
  Played play;
  play.open();
  play.refuse(422);
  play.open();
  play.say(page({object("a", "5")}, "20", "t1"));
  play.end();
  play.open();
  play.refuse(410);
  EXPECT_EQ(play.open(), "/api/v1/namespaces/shop/pods?limit=500");
  EXPECT_EQ(play.waited, 0ms);
  play.say(page({object("b", "6")}, "30"));
  play.end();
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "+a@5", "begin", "+b@6", "end"));
  EXPECT_TRUE(follows_from(play.open(), "30"));
}

TEST(Stream, TokensThatKeepExpiringEndInAWholeList) {
  Played play;
  play.open();
  play.refuse(422);
  for (int i = 0; i < 2; ++i) {
    play.open();
    play.say(page({}, "20", "t1"));
    play.end();
    play.open();
    play.refuse(410);
  }
  EXPECT_EQ(play.open(), "/api/v1/namespaces/shop/pods");
  EXPECT_GT(play.waited, 0ms);
}

TEST(Stream, APageThatIsCutOffIsAskedForAgain) {
  Played play;
  play.open();
  play.refuse(422);
  play.open();
  play.say(page({object("a", "5")}, "20", "t1"));
  play.end();
  play.open();
  const std::string second = page({object("b", "6"), object("c", "7")}, "20");
  play.say(second.substr(0, second.size() - 4));
  play.end();
  EXPECT_FALSE(play.health().synced);
  EXPECT_THAT(play.open(), HasSubstr("continue=t1"));
  EXPECT_GT(play.waited, 0ms);
  play.say(second);
  play.end();
  EXPECT_TRUE(play.health().synced);
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "+a@5", "+b@6", "+c@7", "+b@6", "+c@7", "end"));
}

TEST(Stream, AListThatDoesNotAdvanceIsNoList) {
  Played play;
  play.open();
  play.refuse(422);
  for (int i = 0; i < 2; ++i) {
    play.open();
    play.say(page({}, "20", "same"));
    play.end();
  }
  EXPECT_EQ(play.health().last_error->kind, ErrorKind::invalid);
  play.open();
  EXPECT_GT(play.waited, 0ms);
}

TEST(Stream, AnAnswerThatIsNoListIsAFailure) {
  for (const char* text : {"<html>", "{}", R"({"items":7})", R"({"metadata":{"resourceVersion":""},"items":[]})", "[]"}) {
    Played play;
    play.open();
    play.refuse(422);
    play.open();
    play.say(text);
    play.end();
    EXPECT_FALSE(play.health().synced) << text;
    EXPECT_TRUE(play.health().last_error) << text;
    play.open();
    EXPECT_GT(play.waited, 0ms) << text;
  }
}

TEST(Stream, AServerThatIgnoresTheWishForAListIsPaged) {
  Played play;
  play.open();
  EXPECT_FALSE(play.say(bookmark("5") + bookmark("6") + bookmark("7")));
  play.end();
  EXPECT_EQ(play.open(), "/api/v1/namespaces/shop/pods?limit=500");
}

// --- following ---

TEST(Stream, ACleanEndGoesOnFromTheLastPositionAtOnce) {
  Played play;
  play.follow_from("9");
  play.pass(5min);
  play.more(event("MODIFIED", "a", "12"));
  play.end();
  EXPECT_TRUE(follows_from(play.open(), "12"));
  EXPECT_EQ(play.waited, 0ms);
  EXPECT_EQ(play.health().phase, WatchPhase::following);
  EXPECT_EQ(play.health().failures, 0);
}

TEST(Stream, BookmarksMoveThePosition) {
  Played play;
  play.follow_from("9");
  play.pass(1min);
  play.more(bookmark("77"));
  play.end();
  EXPECT_TRUE(follows_from(play.open(), "77"));
  EXPECT_THAT(play.sink.take(), IsEmpty());
}

TEST(Stream, ALostStreamGoesOnFromTheLastEventAfterAWait) {
  Played play;
  play.follow_from("9");
  play.more(event("MODIFIED", "a", "12"));
  play.lose();
  EXPECT_EQ(play.health().phase, WatchPhase::waiting);
  EXPECT_TRUE(follows_from(play.open(), "12"));
  EXPECT_GE(play.waited, 250ms);
  EXPECT_LE(play.waited, 500ms);
  EXPECT_EQ(play.health().lists, 1U);
}

TEST(Stream, AnEventThatIsCutOffComesAgain) {
  Played play;
  play.follow_from("9");
  const std::string next = event("MODIFIED", "a", "12");
  for (const std::size_t kept : {1U, 20U, 60U}) {
    play.say(next.substr(0, kept));
    play.end();
    EXPECT_EQ(play.health().last_error->kind, ErrorKind::transient);
    EXPECT_TRUE(follows_from(play.open(), "9"));
  }
  play.say(next);
  EXPECT_THAT(play.sink.take(), ElementsAre("+a@12"));
}

TEST(Stream, OldEventsDoNotSetTheViewBack) {
  Played play;
  play.follow_from("100");
  EXPECT_TRUE(play.more(event("MODIFIED", "a", "99") + event("DELETED", "b", "100") + event("MODIFIED", "c", "7")));
  EXPECT_THAT(play.sink.take(), IsEmpty());
  EXPECT_EQ(play.health().old_events, 3U);
  EXPECT_TRUE(play.more(event("MODIFIED", "a", "101")));
  EXPECT_THAT(play.sink.take(), ElementsAre("+a@101"));
  play.pass(2s);
  play.end();
  EXPECT_TRUE(follows_from(play.open(), "101"));
}

TEST(Stream, VersionsThatAreNoNumbersAreNotCompared) {
  Played play;
  play.follow_from("x9");
  play.more(event("MODIFIED", "a", "x1"));
  EXPECT_THAT(play.sink.take(), ElementsAre("+a@x1"));
  play.pass(2s);
  play.end();
  EXPECT_TRUE(follows_from(play.open(), "x1"));
}

TEST(Stream, AServerWhoseHistoryIsBehindOursIsListedAgain) {
  Played play;
  play.follow_from("100");
  play.pass(1min);
  EXPECT_FALSE(play.more(bookmark("50")));
  play.end();
  EXPECT_TRUE(streams_list(play.open()));
  play.say(event("ADDED", "a", "40") + bookmark("50", true) + event("MODIFIED", "a", "51"));
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "+a@40", "end", "+a@51"));
}

TEST(Stream, AWatchThatEndsAsSoonAsItBeginsIsNotOpenedInALoop) {
  Played play;
  play.follow_from("9");
  play.pass(1min);
  play.end();
  Duration all{0};
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(follows_from(play.open(), "9"));
    all += play.waited;
    play.say("");
    play.end();
  }
  EXPECT_GT(all, 30s);
}

// --- too old ---

TEST(Stream, APositionThatIsTooOldIsListedAgainInBothForms) {
  for (const bool inside : {true, false}) {
    Played play;
    play.follow_from("9");
    play.pass(1min);
    play.end();
    play.open();
    if (inside) {
      EXPECT_FALSE(play.say(error_event(410, "Expired")));
      play.end();
    } else {
      play.refuse(410);
    }
    EXPECT_TRUE(streams_list(play.open()));
    EXPECT_EQ(play.waited, 0ms) << "the view was stable";
    EXPECT_TRUE(play.health().synced) << "the view is old, not gone";
    play.say(event("ADDED", "b", "20") + bookmark("20", true));
    EXPECT_THAT(play.sink.take(), ElementsAre("begin", "+b@20", "end"));
    EXPECT_EQ(play.health().lists, 2U);
  }
}

TEST(Stream, ListsThatExpireAtOnceAreNotAskedForInALoop) {
  Played play;
  Duration all{0};
  for (int i = 0; i < 10; ++i) {
    play.open();
    all += play.waited;
    play.say(bookmark("9", true) + error_event(410, "Gone"));
    play.end();
  }
  EXPECT_GT(all, 30s);
}

TEST(Stream, ListsThatAreRefusedAsTooOldAreNotAskedForInALoop) {
  Played play;
  play.follow_from("9");
  play.pass(1h);
  play.end();
  Duration all{0};
  for (int i = 0; i < 12; ++i) {
    play.open();
    all += play.waited;
    play.refuse(410);
  }
  EXPECT_GT(all, 30s);
}

TEST(Stream, AVersionThatIsTooLargeWaitsAsLongAsToldAndThenListsAnew) {
  Played play;
  play.follow_from("900");
  play.pass(1min);
  play.end();
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(follows_from(play.open(), "900")) << i;
    play.refuse(504, "Too large resource version: 900, current: 50", 1);
    EXPECT_GE(play.stream.due() - play.now, 1s);
  }
  EXPECT_TRUE(streams_list(play.open()));
}

// --- refusals ---

TEST(Stream, A401IsAskedAgainAtOnceOnlyWithOtherCredentials) {
  Played play;
  play.follow_from("9");
  play.pass(1min);
  play.end();
  play.open();
  play.refuse(401, "no", 0, true);
  EXPECT_TRUE(follows_from(play.open(), "9"));
  EXPECT_EQ(play.waited, 0ms);
  play.refuse(401, "no", 0, true);
  play.open();
  EXPECT_GT(play.waited, 0ms) << "renewed twice, refused twice";
  play.refuse(401, "no", 0, false);
  play.open();
  EXPECT_GT(play.waited, 0ms);
  play.say(bookmark("10"));
  EXPECT_EQ(play.health().phase, WatchPhase::following);
  EXPECT_FALSE(play.health().last_error);
}

TEST(Stream, AMissingRightIsSaidAndAskedForSlowly) {
  Played play;
  play.open();
  play.refuse(403, "pods is forbidden");
  EXPECT_EQ(play.health().phase, WatchPhase::denied);
  EXPECT_FALSE(play.health().synced);
  EXPECT_THAT(play.health().last_error->message, HasSubstr("forbidden"));
  play.open();
  EXPECT_GE(play.waited, play.rules.slow_retry / 2);
  EXPECT_EQ(play.health().phase, WatchPhase::denied) << "until the server says yes";
  EXPECT_THAT(play.sink.take(), IsEmpty());
  play.say(bookmark("9", true));
  EXPECT_EQ(play.health().phase, WatchPhase::following);
}

TEST(Stream, ARightThatIsTakenAwayKeepsTheViewAndItsPosition) {
  Played play;
  play.follow_from("9");
  play.pass(1min);
  play.end();
  play.open();
  play.refuse(403);
  EXPECT_TRUE(play.health().synced);
  EXPECT_EQ(play.health().phase, WatchPhase::denied);
  EXPECT_THAT(play.sink.take(), IsEmpty());
  play.stream.retry_refused(play.now);
  EXPECT_TRUE(follows_from(play.open(), "9"));
  EXPECT_EQ(play.waited, 0ms);
}

TEST(Stream, AKindThatIsNotInstalledIsAnEmptyView) {
  Played play;
  play.open();
  play.refuse(404);
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "end"));
  EXPECT_TRUE(play.health().synced);
  EXPECT_EQ(play.health().phase, WatchPhase::absent);
  EXPECT_TRUE(streams_list(play.open()));
  EXPECT_GE(play.waited, play.rules.slow_retry / 2);
  play.refuse(404);
  EXPECT_THAT(play.sink.take(), IsEmpty()) << "said once";
  play.open();
  play.say(event("ADDED", "a", "1") + bookmark("1", true));
  EXPECT_EQ(play.health().phase, WatchPhase::following);
}

TEST(Stream, AKindThatIsRemovedEmptiesTheView) {
  Played play;
  play.follow_from("9");
  play.lose();
  play.open();
  play.refuse(404);
  EXPECT_THAT(play.sink.take(), ElementsAre("begin", "end"));
}

TEST(Stream, FailuresWaitLongerAndLongerWithJitterUpToALimit) {
  for (const int status : {429, 500, 502, 503, 504}) {
    Played play;
    Duration limit = play.rules.backoff.base;
    for (int i = 0; i < 9; ++i) {
      play.open();
      if (i > 0) {
        EXPECT_GE(play.waited, limit / 2) << status << " " << i;
        EXPECT_LE(play.waited, limit) << status << " " << i;
        limit = std::min(limit * 2, play.rules.backoff.max);
      }
      play.refuse(status);
    }
    EXPECT_EQ(play.health().failures, 9);
  }
}

TEST(Stream, TwoStreamsDoNotMarchInStep) {
  Played play;
  ResourceStream other(play.target, play.rules, play.sink, play.reader, 8, play.now);
  play.open();
  (void)other.open(play.now);
  play.refuse(503);
  other.ended({Error{ErrorKind::transient, "no"}, 503}, play.now);
  EXPECT_NE(play.stream.due(), other.due());
}

TEST(Stream, TheServersWishToWaitIsGrantedWithinReason) {
  Played play;
  play.open();
  play.refuse(429, "too many requests", 20);
  play.open();
  EXPECT_GE(play.waited, 20s);
  EXPECT_LE(play.waited, 21s);
  play.refuse(503, "later", 100000);
  play.open();
  EXPECT_LE(play.waited, play.rules.retry_after_max + 1s);
}

TEST(Stream, ProgressForgivesFailures) {
  Played play;
  play.follow_from("9");
  for (int i = 0; i < 6; ++i) {
    play.lose();
    play.open();
  }
  EXPECT_EQ(play.health().failures, 6);
  play.say(event("MODIFIED", "a", "10"));
  EXPECT_EQ(play.health().failures, 0);
  play.lose();
  play.open();
  EXPECT_LE(play.waited, play.rules.backoff.base);
}

TEST(Stream, NonsenseInAStreamIsListedAgainAfterAWait) {
  const std::string giant(20000, 'x');
  for (const std::string& line :
       {std::string("not json\n"), std::string("{\"type\":\"ADDED\"}\n"), std::string("{\"type\":\"NEW\",\"object\":{}}\n"),
        std::string("{\"type\":\"ADDED\",\"object\":7}\n"), giant}) {
    Played play({.object_bytes_max = 10000});
    play.follow_from("9");
    EXPECT_FALSE(play.more(event("MODIFIED", "a", "10") + line)) << line.substr(0, 40);
    play.end();
    EXPECT_EQ(play.health().last_error->kind, ErrorKind::invalid);
    EXPECT_TRUE(streams_list(play.open())) << "a change may have been in it";
    EXPECT_GT(play.waited, 0ms);
  }
}

TEST(Stream, AnErrorInsideAStreamKeepsItsKindAndThePosition) {
  Played play;
  play.follow_from("9");
  EXPECT_FALSE(play.more(error_event(500, "InternalError", "etcd is away")));
  play.end();
  EXPECT_THAT(play.health().last_error->message, HasSubstr("etcd is away"));
  EXPECT_TRUE(follows_from(play.open(), "9"));
  EXPECT_GT(play.waited, 0ms);
}

TEST(Stream, ASilentStreamGoesOnOnAnotherConnectionAtOnce) {
  Played play;
  play.follow_from("9");
  play.pass(play.rules.silence_max);
  play.stream.ended({Error{ErrorKind::timed_out, "not one byte came"}, 200}, play.now);
  EXPECT_TRUE(follows_from(play.open(), "9"));
  EXPECT_EQ(play.waited, 0ms);
  play.stream.ended({Error{ErrorKind::timed_out, "no connection"}, 0}, play.now);
  play.open();
  EXPECT_GT(play.waited, 0ms);
}

// --- health ---

TEST(Stream, LagIsTheTimeSinceTheServerWasHeard) {
  Played play;
  play.follow_from("9");
  play.pass(40s);
  EXPECT_EQ(play.health().lag, 40s);
  EXPECT_EQ(play.health().last_event_age, 40s);
  play.more(bookmark("10"));
  EXPECT_EQ(play.health().lag, 0s);
  EXPECT_EQ(play.health().last_event_age, 40s) << "a bookmark is no object";
  play.lose();
  play.pass(5s);
  EXPECT_EQ(play.health().lag, 5s);
}

// --- cuts ---

std::string history(std::mt19937& random) {
  std::string text;
  int version = 10;
  for (int i = 0; i < 30; ++i) text += event("ADDED", "o" + std::to_string(i), std::to_string(1 + random() % 9));
  text += bookmark("10", true);
  for (int i = 0; i < 60; ++i) {
    const std::string at = std::to_string(++version);
    const std::string name = "o" + std::to_string(random() % 40);
    const auto kind = random() % 4;
    text += kind == 0 ? bookmark(at) : event(kind == 1 ? "DELETED" : "MODIFIED", name, at);
  }
  return text;
}

TEST(Stream, WhatIsToldDoesNotDependOnTheCuts) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    const std::string text = history(random);
    Played whole;
    whole.open();
    whole.say(text);
    Played cut;
    cut.open();
    cut.stream.accepted(cut.now);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + random() % 300;
      ASSERT_TRUE(cut.stream.bytes(std::string_view(text).substr(at, size), cut.now)) << "seed " << seed;
      at += size;
    }
    EXPECT_EQ(cut.sink.told, whole.sink.told) << "seed " << seed;
  }
}

// A server that breaks off anywhere and is resumed from where the stream says: nothing is lost and nothing is told twice.
TEST(Stream, NothingIsLostHoweverOftenTheStreamBreaks) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    Played play;
    play.follow_from("10");
    std::vector<std::string> expected;
    for (int version = 11; version <= 60; ++version) expected.push_back("+a@" + std::to_string(version));
    for (int rounds = 0; play.sink.told.size() < expected.size() && rounds < 2000; ++rounds) {
      play.lose();
      const std::string target = play.open();
      const int from = std::stoi(target.substr(target.rfind('=') + 1));
      std::string rest;
      for (int version = from + 1; version <= 60; ++version) rest += event("MODIFIED", "a", std::to_string(version));
      play.say(rest.substr(0, random() % (rest.size() + 1)));
    }
    EXPECT_EQ(play.sink.told, expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace refloat
