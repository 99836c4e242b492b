// Watches over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kube/kube_api.h"
#include "unit/kube/support.h"

namespace refloat {
namespace {

using test::always;
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

}  // namespace
}  // namespace refloat
