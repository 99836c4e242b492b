#include <gtest/gtest.h>

#include "unit/detect/fixture.h"

namespace refloat {
namespace {

using detect_test::now;
using detect_test::World;

Truth ask(const World& world, Json params) {
  params["database"] = "default";
  return world.truth("schema", params);
}

TEST(Schema, ComparesVersionsAsNumbers) {
  World world;
  world.schema().versions.front().current = "1.9";
  EXPECT_EQ(ask(world, {{"comparedToTarget", "behind"}}), Truth::yes);
  EXPECT_EQ(ask(world, {{"versionWithin", {{"atMost", "1.10"}}}}), Truth::yes);
  EXPECT_EQ(ask(world, {{"versionWithin", {{"atLeast", "1.10"}}}}), Truth::no);
  world.schema().versions.front().current = "1.18";
  EXPECT_EQ(ask(world, {{"comparedToTarget", "reached"}}), Truth::yes);
  world.schema().versions.front().current = "1.19";
  EXPECT_EQ(ask(world, {{"comparedToTarget", "exceeded"}}), Truth::yes);
}

TEST(Schema, TellsWhatTheTablesProveAgainstTheRecord) {
  World world;
  const std::pair<const char*, const char*> rows[] = {
      {"1.18", "sameVersion"}, {"1.17", "nextVersion"}, {"1.16", "laterVersion"}, {"0.0", "laterVersion"}, {"1.19", "earlierVersion"}};
  for (const auto& [recorded, word] : rows) {
    world.schema().versions.front().current = recorded;
    EXPECT_EQ(ask(world, {{"tablesProve", word}}), Truth::yes) << recorded;
  }
  world.schema().versions.front().current = "0.0";
  world.schema().fingerprint = "";
  EXPECT_EQ(ask(world, {{"tablesProve", "sameVersion"}}), Truth::yes);
  world.schema().fingerprint = "1.0";
  EXPECT_EQ(ask(world, {{"tablesProve", "nextVersion"}}), Truth::yes);
}

TEST(Schema, RowsOfOtherDatabasesRecordNothingHere) {
  World world;
  world.schema().versions = {{"temporal_old", "1.18", "1.0"}};
  EXPECT_EQ(ask(world, {{"versionTable", "foreignName"}}), Truth::yes);
  EXPECT_EQ(ask(world, {{"version", "1.18"}}), Truth::no);
  EXPECT_EQ(ask(world, {{"comparedToTarget", Json::array({"behind", "reached", "exceeded"})}}), Truth::no);
  world.schema().versions.push_back({"temporal", "1.18", "1.0"});
  EXPECT_EQ(ask(world, {{"versionTable", "present"}}), Truth::yes);
}

TEST(Schema, WhatMayNotBeReadIsUnknownNotMissing) {
  World world;
  world.schema().readable = false;
  world.schema().versions.clear();
  world.schema().metadata_rows.clear();
  for (const Json& params : {Json{{"version", "0.0"}}, Json{{"versionTable", "empty"}}, Json{{"tablesProve", "laterVersion"}},
                             Json{{"metadataRow", "absent"}}, Json{{"namespaces", "none"}}}) {
    EXPECT_EQ(ask(world, params), Truth::unknown) << params;
  }
  EXPECT_EQ(ask(world, {{"readable", false}}), Truth::yes);
}

TEST(Schema, ReadsTheMetadataRow) {
  World world;
  EXPECT_EQ(ask(world, {{"metadataRow", "used"}}), Truth::yes);
  world.schema().metadata_rows = {1};
  EXPECT_EQ(ask(world, {{"metadataRow", "unused"}}), Truth::yes);
  world.schema().metadata_rows = {};
  EXPECT_EQ(ask(world, {{"metadataRow", "absent"}}), Truth::yes);
  world.schema().metadata_table = false;
  EXPECT_EQ(ask(world, {{"metadataRow", "missingTable"}}), Truth::yes);
}

TEST(Schema, OfAllOrAnyDatabase) {
  World world;
  world.schema("visibility").versions.front().current = "1.8";
  EXPECT_EQ(world.truth("schema", {{"database", "any"}, {"comparedToTarget", "behind"}}), Truth::yes);
  EXPECT_EQ(world.truth("schema", {{"database", "all"}, {"comparedToTarget", "behind"}}), Truth::no);
  EXPECT_EQ(world.truth("schema", {{"comparedToTarget", "behind"}}, {nullptr, &world.stack.databases[1]}), Truth::yes);
  EXPECT_EQ(world.truth("schema", {{"database", "nowhere"}, {"readable", true}}), Truth::no);
}

TEST(Schema, NotReadIsUnknown) {
  World world;
  world.snapshot.databases.clear();
  EXPECT_EQ(ask(world, {{"readable", true}}), Truth::unknown);
}

TEST(Database, NotExaminedIsUnknownAndRefusedIsKnown) {
  World world;
  const Subject subject{nullptr, world.stack.databases.data()};
  DatabaseReading& reading = world.snapshot.databases.at("default");
  EXPECT_EQ(world.truth("database", {{"reach", "ok"}, {"direct", true}, {"migratorRunning", false}}, subject), Truth::yes);
  reading.reach = Reach::refused_credentials;
  EXPECT_EQ(world.truth("database", {{"reach", "ok"}, {"direct", true}}, subject), Truth::no);
  EXPECT_EQ(world.truth("database", {{"reach", "refusedCredentials"}}, subject), Truth::yes);
  reading.reach = Reach::unexamined;
  EXPECT_EQ(world.truth("database", {{"reach", "unreachable"}}, subject), Truth::unknown);
}

TEST(Database, AMigratorIsASessionOrALivePod) {
  World world;
  const Subject subject{nullptr, world.stack.databases.data()};
  const Job job = world.hook();
  world.pod_of(job, "Running");
  EXPECT_EQ(world.truth("database", {{"migratorRunning", false}}, subject), Truth::soon);
  EXPECT_EQ(world.truth("database", {{"migratorRunning", true}}, subject), Truth::yes);
  world.snapshot.pods.front().phase = "Succeeded";
  EXPECT_EQ(world.truth("database", {{"migratorRunning", false}}, subject), Truth::yes);
  world.snapshot.databases.at("default").migrators = {{7, "tool", "temporal", "CREATE TABLE"}};
  EXPECT_EQ(world.truth("database", {{"migratorRunning", false}}, subject), Truth::soon);
}

TEST(Credentials, SayWhichSecretIsAccepted) {
  World world;
  const Subject subject{nullptr, world.stack.databases.data()};
  EXPECT_EQ(world.truth("credentials", {{"compared", false}}, subject), Truth::yes);
  EXPECT_EQ(world.truth("credentials", {{"differ", true}}, subject), Truth::unknown);
  CredentialReading& reading = world.snapshot.credentials["default"];
  reading.compared = reading.differ = true;
  EXPECT_EQ(world.truth("credentials", {{"accepted", "untried"}}, subject), Truth::yes);
  reading.with_connection = LoginAnswer::refused;
  reading.with_role = LoginAnswer::accepted;
  EXPECT_EQ(world.truth("credentials", {{"differ", true}, {"accepted", "role"}}, subject), Truth::yes);
  EXPECT_EQ(world.truth("credentials", {{"accepted", Json::array({"connection", "both", "neither"})}}, subject), Truth::no);
}

TEST(Bootstrap, IsJudgedByWhatIsThere) {
  World world;
  EXPECT_EQ(world.truth("bootstrap", {{"done", true}}), Truth::yes);
  world.schema().namespaces = {"temporal-system"};
  world.schema().namespaces_count = 1;
  EXPECT_EQ(world.truth("bootstrap", {{"done", false}}), Truth::yes);
  world.schema().namespaces_count = 500;
  EXPECT_EQ(world.truth("bootstrap", {{"done", false}}), Truth::unknown) << "it may be among those not named";
  world.schema().readable = false;
  EXPECT_EQ(world.truth("bootstrap", {{"done", false}}), Truth::unknown);
}

TEST(Bootstrap, UndeclaredIsUnknown) {
  World world;
  world.stack.bootstrap = {};
  EXPECT_EQ(world.truth("bootstrap", {{"done", false}}), Truth::unknown);
  EXPECT_EQ(world.truth("bootstrap", {{"done", true}}), Truth::unknown);
  EXPECT_EQ(world.truth("bootstrap", {{"declared", false}}), Truth::yes);
}

TEST(Bootstrap, AQueryIsAsGoodAsNamespaces) {
  World world;
  world.stack.bootstrap = {{}, "SELECT true", "default"};
  EXPECT_EQ(world.truth("bootstrap", {{"done", true}}), Truth::unknown) << "not asked";
  ExpectAnswer& answer = world.snapshot.databases.at("default").expect;
  answer = {true, false, ""};
  EXPECT_EQ(world.truth("bootstrap", {{"done", false}}), Truth::yes);
  answer = {true, false, "permission denied"};
  EXPECT_EQ(world.truth("bootstrap", {{"done", false}}), Truth::unknown);
}

}  // namespace
}  // namespace refloat
