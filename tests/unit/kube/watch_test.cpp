// Watches over HTTP, and the list-watch loop on top of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "kube/list_watch.h"
#include "unit/kube/support.h"

namespace refloat {
namespace {

using test::Answer;
using test::Client;
using test::HttpServer;
using test::jobs;
using test::Request;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string event(const std::string& type, const std::string& name, const std::string& version, const std::string& note = {}) {
  return Json{{"type", type}, {"object", {{"kind", "Job"}, {"metadata", {{"name", name}, {"resourceVersion", version}, {"note", note}}}}}}
             .dump() +
         "\n";
}

std::string bookmark(const std::string& version, bool end_of_list = false) {
  Json metadata = {{"resourceVersion", version}};
  if (end_of_list) metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
  return Json{{"type", "BOOKMARK"}, {"object", {{"kind", "Job"}, {"metadata", metadata}}}}.dump() + "\n";
}

std::string error_event(int code, const std::string& reason) {
  return Json{{"type", "ERROR"}, {"object", {{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", "the words"}}}}.dump() +
         "\n";
}

std::vector<std::string> cut(const std::string& text, std::size_t size) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size(); at += size) pieces.push_back(text.substr(at, size));
  return pieces;
}

struct Seen {
  Result<> end = ok();
  std::vector<std::string> events;
};

Seen watch(KubeApi& api, const WatchOptions& options = {}, std::size_t enough = 1000) {
  Seen seen;
  seen.end = api.watch(jobs(), options, [&](const WatchEvent& happened) {
    seen.events.push_back(std::to_string(static_cast<int>(happened.type)) + " " + text_at(happened.object, {"metadata", "name"}) +
                          text_at(happened.object, {"metadata", "note"}));
    return seen.events.size() < enough;
  });
  return seen;
}

HttpServer::Handler always(Answer answer) {
  return [answer](const Request& /*request*/) { return answer; };
}

TEST(Watch, ReadsEventsHoweverTheNetworkCutsThem) {
  const std::string stream =
      event("ADDED", "a", "1", " \xC3\xA9\xE2\x9B\xB5") + event("MODIFIED", "a", "2") + bookmark("3") + event("DELETED", "a", "4");
  for (const std::size_t size : {1U, 2U, 3U, 7U, 100U, 10000U}) {
    HttpServer server(always(test::chunked(cut(stream, size))));
    Client client(server);
    const Seen seen = watch(client.api);
    EXPECT_TRUE(seen.end) << seen.end.error().message;
    EXPECT_THAT(seen.events, ElementsAre("0 a \xC3\xA9\xE2\x9B\xB5", "1 a", "3 ", "2 a")) << size;
  }
}

TEST(Watch, AsksForWhatIsWanted) {
  HttpServer server(always(test::chunked({})));
  Client client(server);
  (void)watch(client.api, {.resource_version = "7", .label_selector = "a=b", .timeout_s = 60});
  (void)watch(client.api, {.send_initial_events = true, .timeout_s = 60});
  EXPECT_EQ(
      server.requests()[0].target,
      "/apis/batch/v1/namespaces/shop/jobs?watch=true&allowWatchBookmarks=true&timeoutSeconds=60&labelSelector=a%3Db&resourceVersion=7");
  EXPECT_EQ(server.requests()[1].target,
            "/apis/batch/v1/namespaces/shop/jobs?watch=true&allowWatchBookmarks=true&timeoutSeconds=60&sendInitialEvents=true&"
            "resourceVersionMatch=NotOlderThan");
}

TEST(Watch, EndsWhenTheSinkHasEnoughAlthoughTheServerGoesOn) {
  Answer endless = test::chunked({event("ADDED", "a", "1"), event("ADDED", "b", "2")});
  endless.pieces.pop_back();
  endless.then = Answer::Then::hang;
  HttpServer server(always(endless));
  Client client(server);
  const Seen seen = watch(client.api, {}, 1);
  EXPECT_TRUE(seen.end);
  EXPECT_THAT(seen.events, ElementsAre("0 a"));
}

TEST(Watch, EndsWhenTheProcessIsInterrupted) {
  HttpServer server(always(test::silence()));
  Client client(server, {.cancelled = [] { return true; }});
  EXPECT_TRUE(watch(client.api).end);
}

TEST(Watch, TooOldIsGoneInBothForms) {
  const std::string status = Json{{"kind", "Status"}, {"code", 410}, {"reason", "Expired"}}.dump();
  for (const Answer& answer :
       {test::json(410, status), test::chunked({error_event(410, "Expired")}), test::chunked({error_event(0, "Gone")})}) {
    HttpServer server(always(answer));
    Client client(server);
    EXPECT_EQ(watch(client.api).end.error().kind, ErrorKind::gone);
  }
}

TEST(Watch, OtherErrorEventsKeepTheirKind) {
  HttpServer server(always(test::chunked({event("ADDED", "a", "1"), error_event(500, "InternalError")})));
  Client client(server);
  const Seen seen = watch(client.api);
  EXPECT_EQ(seen.end.error().kind, ErrorKind::transient);
  EXPECT_THAT(seen.end.error().message, HasSubstr("the words"));
  EXPECT_THAT(seen.events, ElementsAre("0 a"));
}

TEST(Watch, ACutStreamIsNoCleanEnd) {
  const std::string half = event("MODIFIED", "a", "2").substr(0, 20);
  for (const bool complete : {true, false}) {
    HttpServer server(always(test::chunked({event("ADDED", "a", "1"), half}, complete)));
    Client client(server);
    const Seen seen = watch(client.api);
    EXPECT_EQ(seen.end.error().kind, ErrorKind::transient);
    EXPECT_THAT(seen.events, ElementsAre("0 a"));
  }
}

TEST(Watch, NonsenseAndGiantsAreInvalid) {
  for (const std::string& line : {std::string("not json\n"), std::string("{\"type\":\"ADDED\"}\n"),
                                  std::string("{\"type\":\"NEW\",\"object\":{}}\n"), std::string(3000, 'x') + "\n"}) {
    HttpServer server(always(test::chunked({line})));
    Client client(server, {.event_bytes_max = 2000});
    EXPECT_EQ(watch(client.api).end.error().kind, ErrorKind::invalid);
  }
}

TEST(Watch, ASilentServerEndsInTime) {
  HttpServer server(always(test::silence()));
  Client client(server, {.watch_grace = Duration(1)});
  EXPECT_EQ(watch(client.api, {.timeout_s = 1}).end.error().kind, ErrorKind::timed_out);
}

// --- the loop ---

// What a consumer would hold: name -> resourceVersion.
class Mirror final : public ListWatchSink {
 public:
  bool replaced(const ObjectList& list) override {
    ++lists;
    held.clear();
    for (const Json& item : list.items) put(item);
    return true;
  }
  bool changed(const WatchEvent& happened) override {
    if (happened.type == WatchEvent::Type::deleted) {
      held.erase(text_at(happened.object, {"metadata", "name"}));
    } else {
      put(happened.object);
    }
    return true;
  }
  void put(const Json& object) { held[text_at(object, {"metadata", "name"})] = text_at(object, {"metadata", "resourceVersion"}); }

  std::map<std::string, std::string> held;
  int lists = 0;
};

using Held = std::map<std::string, std::string>;

std::string list_body(const std::string& version, const std::string& name) {
  return R"({"kind":"JobList","apiVersion":"batch/v1","metadata":{"resourceVersion":")" + version + R"("},"items":[{"metadata":{"name":")" +
         name + R"(","resourceVersion":"1"}}]})";
}

bool is_watch(const Request& request) {
  return request.target.find("watch=true") != std::string::npos;
}
bool streams_list(const Request& request) {
  return request.target.find("sendInitialEvents=true") != std::string::npos;
}
bool starts_at(const Request& request, const std::string& version) {
  return request.target.find("resourceVersion=" + version) != std::string::npos;
}

TEST(ListWatch, ListsThenFollowsAndResumesWithoutListing) {
  HttpServer server([](const Request& request) {
    if (!is_watch(request)) return test::json(200, list_body("10", "a"));
    if (starts_at(request, "10")) return test::chunked({event("ADDED", "b", "11"), bookmark("15")});
    return test::chunked({event("DELETED", "a", "16")});
  });
  Client client(server);
  ListWatch loop(client.api, jobs(), {});
  Mirror mirror;
  ASSERT_TRUE(loop.step(mirror));
  EXPECT_EQ(mirror.held, (Held{{"a", "1"}, {"b", "11"}}));
  EXPECT_EQ(loop.position(), "15") << "a bookmark moves the position";
  ASSERT_TRUE(loop.step(mirror));
  EXPECT_EQ(mirror.held, (Held{{"b", "11"}}));
  EXPECT_EQ(mirror.lists, 1);
}

TEST(ListWatch, ResumesAfterABrokenStreamFromTheLastEvent) {
  HttpServer server([](const Request& request) {
    if (!is_watch(request)) return test::json(200, list_body("10", "a"));
    if (starts_at(request, "10")) return test::chunked({event("MODIFIED", "a", "12")}, false);
    return test::chunked({event("MODIFIED", "a", "13")});
  });
  Client client(server);
  ListWatch loop(client.api, jobs(), {});
  Mirror mirror;
  EXPECT_EQ(loop.step(mirror).error().kind, ErrorKind::transient);
  ASSERT_TRUE(loop.step(mirror));
  EXPECT_EQ(mirror.held, (Held{{"a", "13"}}));
  EXPECT_EQ(mirror.lists, 1);
  EXPECT_TRUE(starts_at(server.requests().back(), "12"));
}

TEST(ListWatch, ListsAgainWhenThePositionIsTooOld) {
  int lists = 0;
  HttpServer server([&](const Request& request) {
    if (!is_watch(request)) return test::json(200, ++lists == 1 ? list_body("10", "a") : list_body("20", "b"));
    return starts_at(request, "10") ? test::chunked({error_event(410, "Expired")}) : test::chunked({});
  });
  Client client(server);
  ListWatch loop(client.api, jobs(), {});
  Mirror mirror;
  ASSERT_TRUE(loop.step(mirror));
  EXPECT_EQ(loop.position(), "");
  ASSERT_TRUE(loop.step(mirror));
  EXPECT_EQ(mirror.held, (Held{{"b", "1"}})) << "what the new list lacks is gone";
}

TEST(ListWatch, ListsAgainAfterNonsense) {
  HttpServer server([&](const Request& request) {
    return is_watch(request) ? test::chunked({std::string("nonsense\n")}) : test::json(200, list_body("10", "a"));
  });
  Client client(server);
  ListWatch loop(client.api, jobs(), {});
  Mirror mirror;
  EXPECT_EQ(loop.step(mirror).error().kind, ErrorKind::invalid);
  EXPECT_EQ(loop.position(), "");
}

TEST(ListWatch, StreamsTheListWhereTheServerCan) {
  HttpServer server(always(test::chunked({event("ADDED", "a", "5"), event("ADDED", "b", "6"), event("MODIFIED", "a", "7"),
                                          event("DELETED", "b", "8"), bookmark("10", true), event("ADDED", "c", "11")})));
  Client client(server);
  ListWatch loop(client.api, jobs(), {.send_initial_events = true});
  Mirror mirror;
  ASSERT_TRUE(loop.step(mirror));
  EXPECT_EQ(mirror.held, (Held{{"a", "7"}, {"c", "11"}}));
  EXPECT_EQ(mirror.lists, 1);
  EXPECT_EQ(loop.position(), "11");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(ListWatch, FallsBackToListsAndRemembersIt) {
  int refused = 0;
  HttpServer server([&](const Request& request) {
    if (streams_list(request)) return ++refused, test::json(422, R"({"kind":"Status","code":422,"reason":"Invalid"})");
    if (!is_watch(request)) return test::json(200, list_body("10", "a"));
    return test::chunked({error_event(410, "Expired")});
  });
  Client client(server);
  ListWatch loop(client.api, jobs(), {.send_initial_events = true});
  Mirror mirror;
  ASSERT_TRUE(loop.step(mirror));
  ASSERT_TRUE(loop.step(mirror));
  EXPECT_EQ(mirror.lists, 2);
  EXPECT_EQ(refused, 1);
}

TEST(ListWatch, AHalfStreamedListIsNotBelieved) {
  HttpServer server(always(test::chunked({event("ADDED", "a", "5")})));
  Client client(server);
  ListWatch loop(client.api, jobs(), {.send_initial_events = true});
  Mirror mirror;
  EXPECT_EQ(loop.step(mirror).error().kind, ErrorKind::transient);
  EXPECT_EQ(mirror.lists, 0);
  EXPECT_EQ(loop.position(), "");
}

}  // namespace
}  // namespace refloat
