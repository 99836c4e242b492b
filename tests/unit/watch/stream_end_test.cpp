// The state machine of one view: every way in which an answer can break off and end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "unit/watch/played.h"
#include "unit/watch/recorder.h"

namespace refloat::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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
  EXPECT_TRUE(follows_from(play.open(), "9"));
}

// An API server that has just started knows no roles yet.
TEST(Stream, ARightThatWasThereIsAskedForAgainSoonAtFirst) {
  Played play;
  play.follow_from("9");
  play.pass(1min);
  play.end();
  play.open();
  for (int i = 0; i < play.rules.denials_max; ++i) {
    play.refuse(403);
    EXPECT_EQ(play.health().phase, WatchPhase::denied) << "and is told at once";
    play.open();
    EXPECT_LE(play.waited, play.rules.backoff.max);
  }
  play.refuse(403);
  play.open();
  EXPECT_GE(play.waited, play.rules.slow_retry / 2);
  play.say(bookmark("10"));
  play.end();
  play.open();
  play.refuse(403);
  play.open();
  EXPECT_LE(play.waited, play.rules.backoff.max) << "it was allowed in between";
}

TEST(Stream, WhatIsOptionalAndRefusedIsAskedForRarely) {
  for (const int status : {403, 404}) {
    WatchTarget optional = Played::pods();
    optional.rare = true;
    Played play({}, optional);
    play.open();
    play.refuse(status);
    play.open();
    EXPECT_GE(play.waited, play.rules.optional_retry / 2) << status;
    EXPECT_GT(play.rules.optional_retry / 2, play.rules.slow_retry);
  }
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

// A load balancer says so while a cluster is away.
TEST(Stream, EveryApiServerHasTheBuiltInKindsSoA404SaysNothingOfTheirObjects) {
  WatchTarget target = Played::pods();
  target.built_in = true;
  Played play({}, target);
  play.follow_from("9");
  (void)play.sink.take();
  play.lose();
  play.open();
  play.refuse(404);
  EXPECT_THAT(play.sink.take(), IsEmpty());
  EXPECT_EQ(play.health().phase, WatchPhase::waiting);
  play.open();
  EXPECT_LE(play.waited, play.rules.backoff.max);
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
  play.more(bookmark("10"));
  EXPECT_EQ(play.health().lag, 0s);
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
}  // namespace refloat::test
