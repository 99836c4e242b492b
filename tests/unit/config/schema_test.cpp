#include "config/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/json.h"
#include "unit/config/read_helper.h"

namespace refloat {
namespace {

Json schema() {
  return Json::parse(playbook_schema(config_test::small_vocabulary()));
}

TEST(Schema, KnowsEveryFactAndAction) {
  const Json defs = schema()["$defs"];
  for (const FactSpec& fact : config_test::small_vocabulary().facts)
    EXPECT_TRUE(defs["condition"]["properties"].contains(fact.name)) << fact.name;
  const Json actions = defs["step"]["properties"]["do"]["enum"];
  for (const ActionSpec& action : config_test::small_vocabulary().actions)
    EXPECT_NE(std::find(actions.begin(), actions.end(), action.name), actions.end()) << action.name;
}

TEST(Schema, SuspicionKnowsFreeFactsOnly) {
  const Json properties = schema()["$defs"]["freeCondition"]["properties"];
  EXPECT_TRUE(properties.contains("jobState"));
  EXPECT_FALSE(properties.contains("schema"));
  EXPECT_EQ(properties["not"]["$ref"], "#/$defs/freeCondition");
}

TEST(Schema, ParametersAreTyped) {
  const Json fact = schema()["$defs"]["condition"]["properties"]["schema"];
  const Json map = fact["anyOf"][0];
  EXPECT_EQ(map["required"], Json::array({"database"}));
  EXPECT_EQ(map["properties"]["used"]["type"], "boolean");
  EXPECT_EQ(map["properties"]["namespaces"]["type"], "integer");
  EXPECT_EQ(map["additionalProperties"], false);
}

TEST(Schema, ActionsSayWhereTheyMayStand) {
  const Json rules = schema()["$defs"]["step"]["allOf"];
  for (const Json& rule : rules) {
    if (rule["if"]["properties"]["do"]["const"] != "sql.removeRow") continue;
    EXPECT_EQ(rule["then"]["properties"]["phase"]["enum"], Json::array({"repair"}));
    return;
  }
  FAIL() << "no rule for the action";
}

TEST(Schema, SameVocabularySameText) {
  EXPECT_EQ(playbook_schema(config_test::small_vocabulary()), playbook_schema(config_test::small_vocabulary()));
}

}  // namespace
}  // namespace refloat
