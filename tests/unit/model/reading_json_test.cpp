#include <gtest/gtest.h>

#include "model/credential_reading.h"
#include "model/database_reading.h"

namespace refloat {
namespace {

DatabaseReading full_reading() {
  DatabaseReading reading;
  reading.name = "default";
  reading.at = *parse_time("2025-12-03T10:31:54.250Z");
  reading.reach = Reach::not_accepting;
  reading.detail = "starting up";
  reading.address = "host:5432/temporal";
  reading.database = "temporal";
  reading.user = "temporal";
  reading.direct = false;
  reading.in_recovery = true;
  reading.superuser = true;
  reading.server_version = 150018;
  reading.migrators = {{7, "app", "user", "CREATE TABLE x"}};
  reading.expect = {true, true, "no"};
  TemporalSchema schema;
  schema.version_table = schema.readable = schema.can_create = schema.metadata_table = schema.namespaces_table = true;
  schema.versions = {{"temporal", "1.18", "1.0"}};
  schema.fingerprint = "1.18";
  schema.tables = 37;
  schema.metadata_rows = {2};
  schema.namespaces = {"temporal-system"};
  schema.namespaces_count = 1;
  schema.dropped = {"table x"};
  reading.schema = schema;
  return reading;
}

TEST(ReadingJson, EveryMemberSurvivesARoundTrip) {
  const Json json = to_json(full_reading());
  const auto back = database_reading_from_json(json);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), json);
  DatabaseReading blank;
  blank.schema = TemporalSchema{};
  const Json blank_json = to_json(blank);  // every member of the full reading differs from its default, or the round trip proves nothing
  for (const auto& item : blank_json.items()) EXPECT_NE(item.value(), json[item.key()]) << item.key();
  for (const auto& item : blank_json["schema"].items()) EXPECT_NE(item.value(), json["schema"][item.key()]) << item.key();
}

TEST(ReadingJson, AbsentMembersKeepTheirDefaults) {
  const auto reading = database_reading_from_json({{"name", "x"}});
  ASSERT_TRUE(reading);
  EXPECT_TRUE(reading->direct);
  EXPECT_FALSE(reading->schema.has_value());
  EXPECT_EQ(reading->reach, Reach::unexamined);
}

TEST(ReadingJson, MistakesAreNamed) {
  for (const char* text :
       {R"({"nam": "x"})", R"({"schema": {"finger": ""}})", R"({"schema": {"versions": [{"version": "1"}]}})", R"({"reach": "fine"})",
        R"({"direct": "yes"})", R"({"at": "soon"})", R"({"schema": {"metadataRows": ["1"]}})", R"({"migrators": {}})", R"([])"}) {
    const auto reading = database_reading_from_json(Json::parse(text));
    ASSERT_FALSE(reading) << text;
    EXPECT_EQ(reading.error().kind, ErrorKind::invalid);
  }
}

TEST(ReadingJson, CredentialsSurviveARoundTripAndMistakesAreNamed) {
  CredentialReading reading;
  reading.database = "default";
  reading.connection_secret = "a";
  reading.role_secret = "b";
  reading.compared = reading.differ = reading.users_differ = true;
  reading.with_connection = LoginAnswer::refused;
  reading.with_role = LoginAnswer::accepted;
  reading.detail = "d";
  const auto back = credential_reading_from_json(to_json(reading));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), to_json(reading));
  EXPECT_FALSE(credential_reading_from_json({{"withRole", "maybe"}}));
  EXPECT_FALSE(credential_reading_from_json({{"password", "x"}}));
}

}  // namespace
}  // namespace refloat
