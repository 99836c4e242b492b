// The state machine of one view: how it asks, lists and follows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
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

// --- asking ---

TEST(Stream, AsksForAStreamedListFirst) {
  Played play;
  const std::string target = play.open();
  EXPECT_THAT(target, testing::StartsWith("/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds="));
  EXPECT_TRUE(streams_list(target)) << target;
  EXPECT_EQ(play.waited, 0ms);
  EXPECT_EQ(play.request.silence_max, play.rules.silence_max);
}

TEST(Stream, ASelectorReachesTheServer) {
  WatchTarget target = Played::pods();
  target.label_selector = "a=b";
  Played play({}, target);
  EXPECT_THAT(play.open(), HasSubstr("&labelSelector=a%3Db&"));
  play.refuse(422);
  EXPECT_EQ(play.open(), "/api/v1/namespaces/shop/pods?limit=500&labelSelector=a%3Db");
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

}  // namespace
}  // namespace refloat::test
