#include "kube/http_kube_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "unit/kube/support.h"

namespace refloat {
namespace {

using test::always;
using test::Answer;
using test::Client;
using test::HttpServer;
using test::jobs;
using test::Request;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string status_body(int code, const std::string& reason, const std::string& message) {
  return Json{{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", message}}.dump();
}

TEST(HttpKubeApi, GetsOneObject) {
  HttpServer server(always(test::json(200, R"({"kind":"Job","metadata":{"name":"a"}})")));
  Client client(server, {.user_agent = "refloat/9.9"}, {test::bearer("t0ken")});
  const Result<Json> job = client.api.get(jobs("a"));
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(text_at(*job, {"metadata", "name"}), "a");
  const Request request = server.requests().at(0);
  EXPECT_EQ(request.method + " " + request.target, "GET /apis/batch/v1/namespaces/shop/jobs/a");
  EXPECT_EQ(request.header("Authorization"), "Bearer t0ken");
  EXPECT_EQ(request.header("User-Agent"), "refloat/9.9");
}

TEST(HttpKubeApi, EncodesEverySegment) {
  HttpServer server(always(test::json(200, "{}")));
  Client client(server);
  (void)client.api.get({"", "v1", "secrets", "a b", "x/../y?z", ""});
  EXPECT_EQ(server.requests().at(0).target, "/api/v1/namespaces/a%20b/secrets/x%2F..%2Fy%3Fz");
}

TEST(HttpKubeApi, NeverAddressesACollectionByMistake) {
  HttpServer server(always(test::json(200, "{}")));
  Client client(server);
  EXPECT_EQ(client.api.remove(jobs(""), {}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(client.api.remove(jobs(".."), {}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(client.api.patch(jobs(""), PatchType::merge, Json::object(), {}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(client.api.get(jobs("")).error().kind, ErrorKind::invalid);
  EXPECT_TRUE(server.requests().empty());
}

struct StatusCase {
  int status;
  ErrorKind of_read;
  ErrorKind of_write;
};

class StatusKinds : public testing::TestWithParam<StatusCase> {};

TEST_P(StatusKinds, MapToWhatACallerCanDo) {
  HttpServer server(always(test::json(GetParam().status, status_body(GetParam().status, "X", "the words"))));
  Client client(server);
  const Result<Json> read = client.api.get(jobs("a"));
  const Result<Json> write = client.api.create(jobs(), Json::object(), {});
  const Result<Json> rehearsal = client.api.create(jobs(), Json::object(), {.dry_run = true});
  ASSERT_FALSE(read);
  ASSERT_FALSE(write);
  EXPECT_EQ(read.error().kind, GetParam().of_read);
  EXPECT_EQ(write.error().kind, GetParam().of_write);
  EXPECT_EQ(rehearsal.error().kind, GetParam().of_read);
  EXPECT_THAT(read.error().message, HasSubstr("the words"));
  EXPECT_EQ(server.requests().size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(
    All, StatusKinds,
    testing::Values(StatusCase{400, ErrorKind::invalid, ErrorKind::invalid},
                    StatusCase{401, ErrorKind::unauthenticated, ErrorKind::unauthenticated},
                    StatusCase{403, ErrorKind::denied, ErrorKind::denied}, StatusCase{404, ErrorKind::not_found, ErrorKind::not_found},
                    StatusCase{409, ErrorKind::stale, ErrorKind::stale}, StatusCase{410, ErrorKind::gone, ErrorKind::gone},
                    StatusCase{415, ErrorKind::invalid, ErrorKind::invalid}, StatusCase{422, ErrorKind::invalid, ErrorKind::invalid},
                    StatusCase{429, ErrorKind::transient, ErrorKind::transient},
                    StatusCase{500, ErrorKind::transient, ErrorKind::ambiguous},
                    StatusCase{503, ErrorKind::transient, ErrorKind::transient},
                    StatusCase{504, ErrorKind::transient, ErrorKind::ambiguous}, StatusCase{302, ErrorKind::invalid, ErrorKind::invalid}));

// The API server says so by a Status; a proxy in front of it may have lost the answer only.
TEST(HttpKubeApi, AWriteThatAProxyAnsweredFor503MayHaveHappened) {
  HttpServer server(always(test::json(503, "upstream connect error or disconnect/reset before headers")));
  Client client(server);
  EXPECT_EQ(client.api.create(jobs(), Json::object(), {}).error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(client.api.get(jobs("a")).error().kind, ErrorKind::transient);
}

TEST(HttpKubeApi, ErrorNamesTheCallAndNoSecret) {
  HttpServer server(always(test::json(401, status_body(401, "Unauthorized", "token s3cr3t-token is unknown"))));
  Client client(server, {}, {test::bearer("s3cr3t-token")});
  const Result<Json> job = client.api.get(jobs("a"));
  ASSERT_FALSE(job);
  EXPECT_THAT(job.error().message, StartsWith("GET /apis/batch/v1/namespaces/shop/jobs/a: "));
  EXPECT_THAT(job.error().message, Not(HasSubstr("s3cr3t")));
  EXPECT_FALSE(job.error().hint.empty());
}

TEST(HttpKubeApi, RenewsCredentialsOnceAfter401) {
  HttpServer server([](const Request& request) {
    return request.header("Authorization") == "Bearer new" ? test::json(201, R"({"kind":"Job"})") : test::text(401, "Unauthorized");
  });
  Client client(server, {}, {test::bearer("old"), test::bearer("new"), test::bearer("never")});
  EXPECT_TRUE(client.api.create(jobs(), Json::object(), {}));
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpKubeApi, GivesUpAfterTheSecond401) {
  HttpServer server(always(test::text(401, "Unauthorized")));
  Client client(server, {}, {test::bearer("a"), test::bearer("b"), test::bearer("c")});
  EXPECT_EQ(client.api.get(jobs("x")).error().kind, ErrorKind::unauthenticated);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpKubeApi, SendsPatchesAsTheirType) {
  HttpServer server(always(test::json(200, "{}")));
  Client client(server);
  const std::vector<std::pair<PatchType, std::string>> types = {{PatchType::json, "application/json-patch+json"},
                                                                {PatchType::merge, "application/merge-patch+json"},
                                                                {PatchType::strategic, "application/strategic-merge-patch+json"},
                                                                {PatchType::apply, "application/apply-patch+yaml"}};
  for (const auto& [type, content] : types) {
    ASSERT_TRUE(client.api.patch(jobs("a"), type, Json::array(), {.dry_run = true, .force = true}));
    const Request request = server.requests().back();
    EXPECT_EQ(request.method, "PATCH");
    EXPECT_EQ(request.header("Content-Type"), content);
    EXPECT_THAT(request.target, HasSubstr("fieldManager=refloat"));
    EXPECT_THAT(request.target, HasSubstr("dryRun=All"));
    EXPECT_EQ(request.target.find("force=true") != std::string::npos, type == PatchType::apply);
  }
}

TEST(HttpKubeApi, DeletesWithPreconditions) {
  HttpServer server(always(test::json(200, "{}")));
  Client client(server);
  ASSERT_TRUE(client.api.remove(jobs("a"), {.uid = "u-1", .resource_version = "42", .propagation = "Foreground", .dry_run = true}));
  const Request request = server.requests().at(0);
  EXPECT_EQ(request.method, "DELETE");
  EXPECT_EQ(Json::parse(request.body), Json::parse(R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground",
    "preconditions":{"uid":"u-1","resourceVersion":"42"},"dryRun":["All"]})"));
}

TEST(HttpKubeApi, ReadsLogsAsTheyAre) {
  HttpServer server(always(test::text(200, "line 1\nline \xC3\xA9 2\n")));
  Client client(server);
  const Result<std::string> log =
      client.api.logs("shop", "pod-1", {.container = "main", .previous = true, .tail_lines = 7, .limit_bytes = 99});
  ASSERT_TRUE(log);
  EXPECT_EQ(*log, "line 1\nline \xC3\xA9 2\n");
  EXPECT_EQ(server.requests().at(0).target,
            "/api/v1/namespaces/shop/pods/pod-1/log?container=main&previous=true&tailLines=7&limitBytes=99");
}

TEST(HttpKubeApi, AsksForRights) {
  HttpServer server(always(test::json(201, R"({"status":{"allowed":false,"reason":"no role"}})")));
  Client client(server);
  const Result<AccessAnswer> answer = client.api.can_i({"delete", "batch", "jobs", "", "shop", ""});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->allowed);
  EXPECT_EQ(answer->reason, "no role");
  EXPECT_EQ(at_path(Json::parse(server.requests().at(0).body), {"spec", "resourceAttributes"}),
            Json::parse(R"({"verb":"delete","group":"batch","resource":"jobs","namespace":"shop"})"));
}

TEST(HttpKubeApi, AnAnswerThatIsNoVerdictIsNoPermission) {
  HttpServer server(always(test::json(201, R"({"status":{}})")));
  Client client(server);
  EXPECT_FALSE(client.api.can_i({"get", "", "pods", "", "", ""}));
}

TEST(HttpKubeApi, RawPathsGiveJsonOrText) {
  HttpServer server(
      [](const Request& request) { return request.target == "/version" ? test::json(200, R"({"major":"1"})") : test::text(200, "ok"); });
  Client client(server);
  EXPECT_EQ(text_at(*client.api.get_raw("/version"), {"major"}), "1");
  EXPECT_EQ(*client.api.get_raw("/readyz"), Json("ok"));
}

TEST(HttpKubeApi, AWebPageIsNoCluster) {
  HttpServer server(always(test::text(200, "<html>welcome</html>")));
  Client client(server);
  const Result<Json> job = client.api.get(jobs("a"));
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().kind, ErrorKind::invalid);
  EXPECT_FALSE(job.error().hint.empty());
}

TEST(HttpKubeApi, AMissingKindIsHintedAtAMissingObjectIsNot) {
  HttpServer server([](const Request& request) {
    return request.target.find("things") != std::string::npos ? test::text(404, "404 page not found")
                                                              : test::json(404, status_body(404, "NotFound", "jobs \"a\" not found"));
  });
  Client client(server);
  EXPECT_FALSE(client.api.list({"no.such", "v1", "things", "", "", ""}, {}).error().hint.empty());
  EXPECT_TRUE(client.api.get(jobs("a")).error().hint.empty());
}

// --- lists ---

TEST(HttpKubeApiList, JoinsPagesUnderTheFirstVersion) {
  HttpServer server([](const Request& request) {
    if (request.target.find("continue=") == std::string::npos) {
      return test::json(
          200,
          R"({"kind":"JobList","apiVersion":"batch/v1","metadata":{"resourceVersion":"10","continue":"t/1="},"items":[{"metadata":{"name":"a"}}]})");
    }
    return test::json(
        200, R"({"kind":"JobList","apiVersion":"batch/v1","metadata":{"resourceVersion":"11"},"items":[{"metadata":{"name":"b"}}]})");
  });
  Client client(server);
  const Result<ObjectList> list = client.api.list(jobs(), {.label_selector = "a=b", .page_size = 1, .resource_version = "7"});
  ASSERT_TRUE(list) << list.error().message;
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(text_at(list->items[1], {"metadata", "name"}), "b");
  EXPECT_EQ(text_at(list->items[1], {"kind"}), "Job");
  EXPECT_EQ(list->resource_version, "10");
  EXPECT_EQ(server.requests().at(0).target, "/apis/batch/v1/namespaces/shop/jobs?limit=1&labelSelector=a%3Db&resourceVersion=7");
  EXPECT_EQ(server.requests().at(1).target, "/apis/batch/v1/namespaces/shop/jobs?limit=1&labelSelector=a%3Db&continue=t%2F1%3D");
}

TEST(HttpKubeApiList, RestartsOnceWhenTheTokenExpired) {
  int restarts = 0;
  HttpServer server([&](const Request& request) {
    if (request.target.find("continue=") != std::string::npos) return test::json(410, status_body(410, "Expired", "too old"));
    const bool second = ++restarts == 2;
    return test::json(200, second ? R"({"kind":"JobList","metadata":{"resourceVersion":"20"},"items":[{},{},{}]})"
                                  : R"({"kind":"JobList","metadata":{"resourceVersion":"10","continue":"t"},"items":[{}]})");
  });
  Client client(server);
  const Result<ObjectList> list = client.api.list(jobs(), {});
  ASSERT_TRUE(list);
  EXPECT_EQ(list->items.size(), 3U);
  EXPECT_EQ(list->resource_version, "20");
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(HttpKubeApiList, GivesUpWhenTheTokenExpiresAgain) {
  HttpServer server([&](const Request& request) {
    if (request.target.find("continue=") != std::string::npos) return test::json(410, status_body(410, "Expired", "too old"));
    return test::json(200, R"({"kind":"JobList","metadata":{"continue":"t"},"items":[]})");
  });
  Client client(server);
  EXPECT_EQ(client.api.list(jobs(), {}).error().kind, ErrorKind::gone);
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST(HttpKubeApiList, RefusesWhatIsNoList) {
  HttpServer server(always(test::json(200, R"({"kind":"Job","metadata":{}})")));
  Client client(server);
  EXPECT_EQ(client.api.list(jobs(), {}).error().kind, ErrorKind::invalid);
}

TEST(HttpKubeApiList, AcceptsAnEmptyListOfGo) {
  HttpServer server(always(test::json(200, R"({"kind":"JobList","metadata":{"resourceVersion":"5"},"items":null})")));
  Client client(server);
  const Result<ObjectList> list = client.api.list(jobs(), {});
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->items.empty());
}

TEST(HttpKubeApiList, StopsAListThatDoesNotAdvance) {
  HttpServer server(always(test::json(200, R"({"kind":"JobList","metadata":{"continue":"same"},"items":[]})")));
  Client client(server);
  EXPECT_EQ(client.api.list(jobs(), {}).error().kind, ErrorKind::invalid);
}

// --- throttling ---

HttpServer::Handler throttled_until(int good_try, int& tries, const std::string& retry_after = "Retry-After: 2\r\n") {
  return [&tries, good_try, retry_after](const Request& /*request*/) {
    return ++tries >= good_try ? test::json(200, R"({"kind":"Job"})")
                               : test::text(429, "Too many requests, please try again later.", retry_after);
  };
}

TEST(HttpKubeApiThrottling, WaitsAsLongAsTheServerSays) {
  int tries = 0;
  HttpServer server(throttled_until(3, tries));
  Client client(server);
  EXPECT_TRUE(client.api.get(jobs("a")));
  EXPECT_THAT(client.clock.waits(), testing::ElementsAre(Duration(2000), Duration(2000)));
}

TEST(HttpKubeApiThrottling, StaysWithinTheTimeOfTheCall) {
  int tries = 0;
  HttpServer server(throttled_until(3, tries));
  Client client(server, {.request_timeout = Duration(3000)});
  const Result<Json> job = client.api.get(jobs("a"));
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().kind, ErrorKind::transient);
  EXPECT_EQ(job.error().retry_after_s, 2);
  EXPECT_THAT(job.error().message, HasSubstr("please try again later"));
  EXPECT_EQ(tries, 2);
}

TEST(HttpKubeApiThrottling, DoesNotGuessWithoutRetryAfter) {
  int tries = 0;
  HttpServer server(throttled_until(2, tries, ""));
  Client client(server);
  EXPECT_FALSE(client.api.get(jobs("a")));
  EXPECT_EQ(tries, 1);
}

TEST(HttpKubeApiThrottling, RepeatsOnlyFencedPatches) {
  const Json fenced = {{"metadata", {{"resourceVersion", "1"}}}};
  const Json tested = Json::parse(R"([{"op":"test","path":"/metadata/resourceVersion","value":"1"}])");
  const Json open = Json::object();
  const auto sent = [](const std::function<Result<Json>(KubeApi&)>& call) {
    int tries = 0;
    HttpServer server(throttled_until(2, tries));
    Client client(server);
    (void)call(client.api);
    return tries;
  };
  EXPECT_EQ(sent([&](KubeApi& api) { return api.patch(jobs("a"), PatchType::merge, fenced, {}); }), 2);
  EXPECT_EQ(sent([&](KubeApi& api) { return api.patch(jobs("a"), PatchType::json, tested, {}); }), 2);
  EXPECT_EQ(sent([&](KubeApi& api) { return api.patch(jobs("a"), PatchType::merge, open, {}); }), 1);
  EXPECT_EQ(sent([&](KubeApi& api) { return api.create(jobs(), fenced, {}); }), 1);
  EXPECT_EQ(sent([&](KubeApi& api) { return api.remove(jobs("a"), {.uid = "u"}); }), 1);
}

// --- lost answers ---

TEST(HttpKubeApiLoss, ALostWriteIsAmbiguousAndNotRepeated) {
  HttpServer server(always(test::nothing()));
  Client client(server);
  EXPECT_EQ(client.api.create(jobs(), Json::object(), {}).error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(client.api.remove(jobs("a"), {}).error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(client.api.patch(jobs("a"), PatchType::merge, Json::object(), {}).error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(server.requests().size(), 3U);
}

// The server closes a connection that has been used before: the moment in which HTTP libraries resend on their own.
TEST(HttpKubeApiLoss, AWriteOnAReusedConnectionIsNotSentTwice) {
  int writes = 0;
  HttpServer server([&](const Request& request) {
    if (request.method == "GET") return test::json(200, "{}");
    ++writes;
    return test::nothing();
  });
  Client client(server);
  ASSERT_TRUE(client.api.get(jobs("a")));
  const Result<Json> gone = client.api.remove(jobs("a"), {});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(writes, 1);
  const auto requests = server.requests();
  EXPECT_EQ(requests.at(0).connection, requests.at(1).connection) << "the case needs a reused connection";
}

TEST(HttpKubeApiLoss, AReadOnAReusedConnectionIsRepeated) {
  int reads = 0;
  HttpServer server([&](const Request& /*request*/) { return ++reads == 2 ? test::nothing() : test::json(200, "{}"); });
  Client client(server);
  ASSERT_TRUE(client.api.get(jobs("a")));
  EXPECT_TRUE(client.api.get(jobs("a")));
  EXPECT_EQ(reads, 3);
}

TEST(HttpKubeApiLoss, ATruncatedAnswerIsNoAnswer) {
  HttpServer server(always({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"kind\":"}, Answer::Then::close}));
  Client client(server);
  EXPECT_EQ(client.api.get(jobs("a")).error().kind, ErrorKind::transient);
  EXPECT_EQ(client.api.remove(jobs("a"), {}).error().kind, ErrorKind::ambiguous);
}

TEST(HttpKubeApiLoss, ReadsTimeOutAndWritesBecomeAmbiguous) {
  HttpServer server(always(test::silence()));
  Client client(server, {.request_timeout = Duration(150)});
  EXPECT_EQ(client.api.get(jobs("a")).error().kind, ErrorKind::timed_out);
  EXPECT_EQ(client.api.remove(jobs("a"), {}).error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(client.api.remove(jobs("a"), {.dry_run = true}).error().kind, ErrorKind::timed_out);
}

TEST(HttpKubeApiLoss, AWriteThatCouldNotConnectDidNothing) {
  std::string url;
  {
    HttpServer closed(always(test::nothing()));
    url = closed.url();
  }
  test::ManualClock clock;
  HttpKubeApi api(Client::endpoint(url), std::make_shared<test::ListedCredentials>(std::vector<Identity>{Identity{}}), clock, {});
  const Result<Json> created = api.create(jobs(), Json::object(), {});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::transient);
  EXPECT_FALSE(created.error().hint.empty());
}

TEST(HttpKubeApi, ServesSeveralThreads) {
  HttpServer server([](const Request& request) { return test::json(200, Json{{"target", request.target}}.dump()); });
  Client client(server);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const Resource job = jobs("j" + std::to_string(t) + "-" + std::to_string(i));
        const Result<Json> answer = client.api.get(job);
        if (answer && text_at(*answer, {"target"}) == job.path()) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 100);
}

TEST(HttpKubeApi, ReusesConnections) {
  HttpServer server(always(test::json(200, "{}")));
  Client client(server);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.api.get(jobs("a")));
  EXPECT_EQ(server.requests().back().connection, 0);
}

}  // namespace
}  // namespace refloat
