// The stopwatches around the API and the databases: what they count, and that they change nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "reconcile/metered_databases.h"
#include "reconcile/metered_kube.h"
#include "unit/report/exposition.h"
#include "unit/support/fake_databases.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Metered : testing::Test {
  Metrics metrics;
  test::FakeKube kube;
  test::FakeDatabases databases;
  double time = 0;
  // Every call takes a quarter of a second.
  SecondsNow tick = [this] { return time += 0.25; };
  MeteredKube api{kube, metrics, tick};
  MeteredDatabases sql{databases, metrics, tick};

  static Resource job(const std::string& name) { return {"batch", "v1", "jobs", "dev", name, ""}; }
  static std::string sum(const std::string& verb, const std::string& resource) {
    return "refloat_api_request_seconds_sum{verb=\"" + verb + "\",resource=\"" + resource + "\"} 0.25\n";
  }
};

TEST_F(Metered, requests_are_timed_by_verb_and_kind) {
  kube.put("batch", "v1", "jobs", {{"metadata", {{"name", "one"}, {"namespace", "dev"}}}});
  ASSERT_TRUE(api.get(job("one")));
  ASSERT_TRUE(api.list(job(""), {}));
  (void)api.create(job(""), {{"metadata", {{"name", "two"}}}}, {});
  (void)api.patch(job("one"), PatchType::merge, {{"metadata", {{"labels", {{"a", "b"}}}}}}, {});
  (void)api.remove(job("two"), {});
  (void)api.logs("dev", "pod", {});
  (void)api.can_i({});
  (void)api.get_raw("/version");
  const std::string text = metrics.render();
  for (const char* verb : {"get", "list", "create", "patch", "delete"}) EXPECT_THAT(text, HasSubstr(sum(verb, "jobs"))) << verb;
  EXPECT_THAT(text, HasSubstr(sum("get", "pods/log")));
  EXPECT_THAT(text, HasSubstr(sum("create", "selfsubjectaccessreviews")));
  EXPECT_THAT(text, HasSubstr(sum("get", "raw")));
  EXPECT_EQ(test::Exposition::complaints(text), "");
}

TEST_F(Metered, failures_are_counted_by_kind_and_handed_on_unchanged) {
  kube.fail = [](const std::string& verb, const Resource&) -> std::optional<Error> {
    if (verb == "list") return Error{ErrorKind::denied, "no right", "a hint", 7};
    return std::nullopt;
  };
  const auto list = api.list(job(""), {});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().message, "no right");
  EXPECT_EQ(list.error().retry_after_s, 7);
  EXPECT_FALSE(api.get(job("absent")));
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("refloat_api_errors_total{verb=\"list\",resource=\"jobs\",error=\"denied\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(std::string("error=\"") + to_string(ErrorKind::not_found) + "\"} 1\n"));
}

// However many objects there are, the series stay the same.
TEST_F(Metered, no_name_or_namespace_becomes_a_label) {
  for (int i = 0; i < 100; ++i) (void)api.get({"batch", "v1", "jobs", "ns-" + std::to_string(i), "job-" + std::to_string(i), "status"});
  const std::string text = metrics.render();
  EXPECT_THAT(text, Not(HasSubstr("job-")));
  EXPECT_THAT(text, Not(HasSubstr("ns-")));
  EXPECT_THAT(text, HasSubstr("refloat_api_request_seconds_count{verb=\"get\",resource=\"jobs/status\"} 100\n"));
}

TEST_F(Metered, databases_are_timed_by_operation_and_never_named) {
  databases.passwords = {{"temporal", "right"}};
  DatabaseTarget target;
  target.name = "default";
  target.host = "pg.secret-host";
  target.user = "temporal";
  target.password = Secret("right");
  EXPECT_EQ(sql.read(target, Time{}).reach, Reach::ok);
  target.password = Secret("wrong");
  EXPECT_EQ(sql.read(target, Time{}).reach, Reach::refused_credentials);
  std::string detail;
  EXPECT_EQ(sql.try_login(target, detail), LoginAnswer::refused);
  EXPECT_TRUE(sql.repair(target, {RepairKind::remove_orphaned_metadata_row, {}, false}));
  EXPECT_TRUE(sql.repair(target, {RepairKind::remove_orphaned_metadata_row, {}, true}));
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("refloat_sql_seconds_count{operation=\"read\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("refloat_sql_seconds_count{operation=\"login\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("refloat_sql_seconds_count{operation=\"repair\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("refloat_sql_seconds_count{operation=\"rehearsal\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(std::string("refloat_sql_errors_total{operation=\"read\",error=\"") + to_string(Reach::refused_credentials) +
                              "\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("operation=\"login\",error"))) << "a refused password is an answer";
  EXPECT_THAT(text, Not(HasSubstr("secret-host")));
  EXPECT_EQ(test::Exposition::complaints(text), "");
}

}  // namespace
}  // namespace refloat
