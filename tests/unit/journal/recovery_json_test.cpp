#include <gtest/gtest.h>

#include "unit/journal/fixture.h"

namespace refloat {
namespace {

// Every leaf of a JSON document, by pointer.
std::vector<Json::json_pointer> leaves(const Json& json) {
  std::vector<Json::json_pointer> result;
  const Json flat = json.flatten();
  for (const auto& item : flat.items()) result.emplace_back(item.key());
  return result;
}

TEST(recovery_json, round_trip_is_exact_for_every_member) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Recovery before = test::RandomRecovery(seed).make();
    const Json json = to_json(before);
    const auto after = recovery_from_json(parse_json(json.dump()).value());
    ASSERT_TRUE(after) << seed << ": " << after.error().message;
    EXPECT_EQ(to_json(*after), json) << seed;
  }
}

// The comparison above is of JSON with JSON; this one is of values, for what a resume decides on.
TEST(recovery_json, values_survive) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    const Recovery a = test::RandomRecovery(seed).make();
    const Recovery b = recovery_from_json(to_json(a)).value();
    EXPECT_EQ(b.started_at, a.started_at);
    EXPECT_EQ(b.resource_version, a.resource_version);
    ASSERT_EQ(b.steps.size(), a.steps.size());
    for (std::size_t i = 0; i < a.steps.size(); ++i) {
      EXPECT_EQ(b.plan.steps[i].phase, a.plan.steps[i].phase);
      EXPECT_EQ(b.plan.steps[i].within, a.plan.steps[i].within);
      EXPECT_EQ(b.plan.steps[i].params, a.plan.steps[i].params);
      EXPECT_EQ(b.plan.steps[i].when.has_value(), a.plan.steps[i].when.has_value());
      ASSERT_EQ(b.plan.steps[i].writes.size(), a.plan.steps[i].writes.size());
      ASSERT_EQ(b.steps[i].effects.size(), a.steps[i].effects.size());
      EXPECT_EQ(b.steps[i].attempts, a.steps[i].attempts);
      for (std::size_t e = 0; e < a.steps[i].effects.size(); ++e) {
        EXPECT_EQ(b.steps[i].effects[e].state, a.steps[i].effects[e].state);
        EXPECT_EQ(b.steps[i].effects[e].intended_at, a.steps[i].effects[e].intended_at);
        EXPECT_EQ(b.steps[i].effects[e].removed, a.steps[i].effects[e].removed);
      }
    }
  }
}

TEST(recovery_json, a_lost_or_foreign_member_is_refused) {
  Recovery recovery = test::small_recovery();
  recovery.steps[0].effects.push_back({test::at(1), "d", "PATCH /x", "u", "7", EffectState::applied, test::at(2), "200", nullptr});
  const Json whole = to_json(recovery);
  for (const char* path :
       {"/apiVersion", "/kind", "/metadata/name", "/spec/stack", "/spec/plan", "/spec/plan/phases", "/spec/plan/phases/0/steps/0/id",
        "/status", "/status/verdict", "/status/steps", "/status/steps/0/state", "/status/steps/0/attempts", "/status/steps/0/effects",
        "/status/steps/0/effects/0/state", "/status/steps/0/effects/0/intendedAt"}) {
    const Json::json_pointer pointer(path);
    Json broken = whole;
    broken.at(pointer.parent_pointer()).erase(pointer.back());
    EXPECT_FALSE(recovery_from_json(broken)) << "without " << path;
    broken = whole;
    broken[pointer] = 3.5;
    EXPECT_FALSE(recovery_from_json(broken)) << "with another type at " << path;
  }
  Json foreign = whole;
  foreign["status"]["steps"][0]["stat"] = "done";
  EXPECT_FALSE(recovery_from_json(foreign));
}

TEST(recovery_json, any_leaf_turned_into_a_list_is_refused_or_free_form) {
  const Json whole = to_json(test::small_recovery());
  for (const auto& leaf : leaves(whole)) {
    if (leaf.to_string().find("/params") != std::string::npos) continue;
    if (leaf.to_string().starts_with("/status/conditions/")) continue;  // for people; nothing decides on them
    Json broken = whole;
    broken[leaf] = Json::array({Json::array()});
    EXPECT_FALSE(recovery_from_json(broken)) << leaf.to_string();
  }
}

TEST(recovery_json, steps_that_are_not_the_plans_steps_are_refused) {
  Json json = to_json(test::small_recovery());
  json["status"]["steps"][0]["id"] = "repair-2";
  EXPECT_FALSE(recovery_from_json(json));
  json = to_json(test::small_recovery());
  json["status"]["steps"] = Json::array();
  EXPECT_FALSE(recovery_from_json(json));
}

TEST(recovery_json, a_write_whose_path_was_edited_is_refused) {
  Recovery recovery = test::small_recovery();
  KubeWrite write;
  write.group = "batch";
  write.version = "v1";
  write.plural = "jobs";
  write.object = {"Job", "app", "db-migrate", "u"};
  recovery.plan.steps[0].writes = {write};
  Json json = to_json(recovery);
  ASSERT_TRUE(recovery_from_json(json));
  Json& stored = json["spec"]["plan"]["phases"][0]["steps"][0]["writes"][0];
  EXPECT_EQ(stored["path"], "/apis/batch/v1/namespaces/app/jobs/db-migrate");
  EXPECT_EQ(stored["method"], "PATCH");
  stored["object"]["name"] = "other";
  EXPECT_FALSE(recovery_from_json(json));
}

TEST(recovery_json, what_the_api_server_and_the_approval_add_is_tolerated) {
  Json json = to_json(test::small_recovery());
  json["metadata"]["managedFields"] = Json::array();
  json["metadata"]["resourceVersion"] = "9";
  json["spec"]["approval"] = {{"decision", "approve"}, {"planDigest", "x"}};
  json["status"]["conditions"] = Json::array();
  const auto recovery = recovery_from_json(json);
  ASSERT_TRUE(recovery) << recovery.error().message;
  EXPECT_EQ(recovery->resource_version, "9");
}

}  // namespace
}  // namespace refloat
