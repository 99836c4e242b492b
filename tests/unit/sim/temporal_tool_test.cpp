#include "sim/temporal_tool.h"

#include <gtest/gtest.h>

#include <memory>

#include "sim/postgres_server.h"

namespace refloat {
namespace {

PostgresServer& server() {
  static const std::unique_ptr<PostgresServer> one = [] {
    auto started = PostgresServer::start({});
    if (!started || !(*started)->create_role("temporal", "word")) std::abort();
    return *std::move(started);
  }();
  return *one;
}

class TemporalToolTest : public testing::Test {
 protected:
  void SetUp() override {
    name_ = testing::UnitTest::GetInstance()->current_test_info()->name();
    ASSERT_TRUE(server().create_database(name_, "temporal"));
  }
  void TearDown() override { (void)server().drop_database(name_); }

  ToolTarget tool(const std::string& password = "word") const {
    return {server().connection("temporal", password, name_), name_, "temporal"};
  }
  std::string one(const std::string& query) const {
    const auto rows = server().query(name_, query);
    return rows && rows->size() == 1 ? rows->at(0).at(0) : "no single row";
  }
  std::string recorded() const { return one("SELECT curr_version FROM schema_version"); }

  std::string name_;
};

TEST_F(TemporalToolTest, UpdateNeedsSetupFirst) {
  const ToolRun run = update_schema(tool());
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.error, "error reading current schema version:pq: relation \"schema_version\" does not exist");
  ASSERT_FALSE(run.log.empty());
  EXPECT_EQ(run.log.back().rfind("ERROR\tUnable to update SQL schema.", 0), 0U);
}

TEST_F(TemporalToolTest, SetupIsIdempotentAndNeverLowersAVersion) {
  EXPECT_EQ(setup_schema(tool()).exit_code, 0);
  EXPECT_EQ(setup_schema(tool()).exit_code, 0);
  EXPECT_EQ(recorded(), "0.0");
  EXPECT_EQ(update_schema(tool(), "1.5").exit_code, 0);
  EXPECT_EQ(setup_schema(tool()).exit_code, 0);
  EXPECT_EQ(recorded(), "1.5");
}

TEST_F(TemporalToolTest, UpdateStopsAtItsTargetAndGoesOnFromThere) {
  ASSERT_EQ(setup_schema(tool()).exit_code, 0);
  ASSERT_EQ(update_schema(tool(), "1.9").exit_code, 0);
  EXPECT_EQ(recorded(), "1.9");
  ASSERT_EQ(update_schema(tool()).exit_code, 0);
  EXPECT_EQ(recorded(), "1.18");
  EXPECT_EQ(one("SELECT count(*) FROM schema_update_history"), "20");
  EXPECT_EQ(update_schema(tool()).exit_code, 0);
}

TEST_F(TemporalToolTest, KilledAfterTheRowEveryRetryFailsOnIt) {
  ASSERT_EQ(setup_schema(tool()).exit_code, 0);
  EXPECT_EQ(update_schema(tool(), {}, KillPoint{"1.0", 3}).exit_code, 137);
  EXPECT_EQ(recorded(), "0.0");
  for (int retry = 0; retry < 2; ++retry) {
    const ToolRun run = update_schema(tool());
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(run.error, "error executing statement: pq: duplicate key value violates unique constraint \"namespace_metadata_pkey\"");
  }
  ASSERT_TRUE(server().execute(name_, "DELETE FROM namespace_metadata"));
  EXPECT_EQ(update_schema(tool()).exit_code, 0);
}

TEST_F(TemporalToolTest, KilledBeforeTheVersionRowTheVersionIsRepeated) {
  ASSERT_EQ(setup_schema(tool()).exit_code, 0);
  EXPECT_EQ(update_schema(tool(), {}, KillPoint{"1.2", statements_in("temporal", "1.2")}).exit_code, 137);
  EXPECT_EQ(recorded(), "1.1");
  const ToolRun run = update_schema(tool(), "1.2");
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_NE(run.log[1].find("Duplicate update"), std::string::npos);
}

TEST_F(TemporalToolTest, RefusedLoginIsToldOneLineBeforeTheError) {
  const ToolRun run = setup_schema(tool("other"));
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.error, "no usable database connection found");
  ASSERT_EQ(run.log.size(), 2U);
  EXPECT_NE(run.log[0].find("pq: password authentication failed for user"), std::string::npos) << run.log[0];
}

}  // namespace
}  // namespace refloat
