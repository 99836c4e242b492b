#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <thread>

#include "unit/postgres/fixture.h"

namespace refloat::test {
namespace {

class RepairTest : public DatabaseTest {
 protected:
  // What a clean install looks like; made once per dialect.
  std::string clean_dump() {
    static std::map<std::string, std::string> dumps;
    std::string& dump_of = dumps[dialect_];
    if (!dump_of.empty()) return dump_of;
    const std::string mine = database_;
    database_ = "clean";
    create();
    migrate();
    dump_of = comparable(dump());
    TearDown();
    database_ = mine;
    return dump_of;
  }

  // Without what must differ: times, names, and the order in which columns were made.
  static std::string comparable(const std::string& text) {
    std::vector<std::string> lines;
    std::string line;
    bool skip = false;
    for (const char c : text) {
      if (c != '\n') {
        line += c;
        continue;
      }
      if (line.rfind("COPY public.schema_", 0) == 0) skip = true;
      if (!line.empty() && line.back() == ',') line.pop_back();
      if (!skip) lines.push_back(line);
      if (line == "\\.") skip = false;
      line.clear();
    }
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (const std::string& each : lines) out += each + '\n';
    return out;
  }

  // Every repair but `but`, refused, changes nothing.
  void expect_refused(std::optional<RepairKind> but = std::nullopt) {
    const std::string before = dump();
    for (const auto& [kind, arguments] : all_repairs()) {
      if (but && kind == *but) continue;
      auto answer = repair(kind, arguments);
      if (!answer && answer.error().kind == ErrorKind::transient) {  // the backend of the one before has not ended yet
        let_sessions_end();
        answer = repair(kind, arguments);
      }
      ASSERT_FALSE(answer) << to_string(kind) << ": " << answer->message;
      EXPECT_EQ(answer.error().kind, ErrorKind::invalid) << answer.error().message;
    }
    EXPECT_EQ(dump(), before);
  }

  // After the repair the tool reaches the newest version and the schema of a clean install.
  void expect_cured() {
    const ToolRun rerun = update_schema(tool());
    ASSERT_EQ(rerun.exit_code, 0) << rerun.error;
    EXPECT_EQ(comparable(dump()), clean_dump());
    EXPECT_TRUE(schema().dropped.empty());
  }

  void remove_row_and_cure() {
    EXPECT_EQ(schema().metadata_rows, std::vector<std::int64_t>{1});
    const ToolRun doomed = update_schema(tool());
    EXPECT_NE(doomed.error.find("namespace_metadata_pkey"), std::string::npos) << doomed.error;
    const auto answer = repair(RepairKind::remove_orphaned_metadata_row);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->rows, 1);
    EXPECT_EQ(answer->removed, Json::array({{{"partition_id", 54321}, {"notification_version", 1}}}));
    expect_cured();
  }

  static std::vector<int> up_to(int last) {
    std::vector<int> all;
    for (int k = 1; k <= last; ++k) all.push_back(k);
    return all;
  }

  // Kills after each of these statements of `version`; where something is missing, only its dummies let the tool go on.
  int recreate_after(const std::string& version, const std::vector<int>& statements) {
    int needed = 0;
    for (const int k : statements) {
      SCOPED_TRACE(version + " killed after " + std::to_string(k));
      create();
      kill_at(version, k);
      const std::vector<std::string> missing = schema().dropped;
      const ToolRun rerun = missing.empty() ? ToolRun{} : update_schema(tool());
      EXPECT_EQ(rerun.exit_code, missing.empty() ? 0 : 1);
      if (missing.empty()) {
        expect_cured();
        continue;
      }
      ++needed;
      EXPECT_NE(rerun.error.find("does not exist"), std::string::npos);
      expect_refused(RepairKind::recreate_dropped_objects);
      const auto answer = repair(RepairKind::recreate_dropped_objects, schema().dropped);
      EXPECT_TRUE(answer) << answer.error().message;
      if (answer) expect_cured();
    }
    return needed;
  }
};

// Whoever may create functions in the database would have them called with our rights (CVE-2018-1058).
TEST_F(RepairTest, CallsNoFunctionThatSomebodyPutInTheWay) {
  create();
  kill_at("1.0", 3);
  sql("CREATE TABLE called (by text)");
  sql("CREATE FUNCTION public.to_jsonb(public.namespace_metadata) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN INSERT INTO called VALUES "
      "(current_user); RETURN '{}'; END $$");
  sql("CREATE FUNCTION public.eq(character varying, name) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO called VALUES "
      "(current_user); RETURN true; END $$");
  sql("CREATE OPERATOR public.= (LEFTARG = character varying, RIGHTARG = name, FUNCTION = public.eq)");
  ASSERT_TRUE(server().execute("postgres", "ALTER DATABASE \"" + database_ + "\" SET search_path = public, pg_catalog"));
  const auto answer = repair(RepairKind::remove_orphaned_metadata_row);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->removed, Json::array({{{"partition_id", 54321}, {"notification_version", 1}}}));
  EXPECT_EQ(server().query(database_, "SELECT count(*) FROM public.called")->front().front(), "0");
}

TEST_F(RepairTest, RemovesTheRowAtEveryKillPointOfTheFirstVersion) {
  ASSERT_EQ(statements_in(dialect_main, "1.0"), 30);
  for (int k = 0; k <= 30; ++k) {
    SCOPED_TRACE(k);
    create();
    kill_at("1.0", k);
    EXPECT_EQ(schema().fingerprint, k >= 25 ? "1.0" : "");
    if (k >= 3) {
      remove_row_and_cure();
    } else {
      expect_refused();
      expect_cured();
    }
  }
}

TEST_F(RepairTest, RehearsalChangesNothingAndTellsTheSame) {
  create();
  kill_at("1.0", 7);
  const std::string before = dump();
  const auto rehearsed = repair(RepairKind::remove_orphaned_metadata_row, {}, true);
  ASSERT_TRUE(rehearsed) << rehearsed.error().message;
  EXPECT_EQ(rehearsed->rows, 1);
  EXPECT_EQ(rehearsed->removed.size(), 1U);
  EXPECT_EQ(dump(), before);
  ASSERT_TRUE(repair(RepairKind::remove_orphaned_metadata_row));
  EXPECT_NE(dump(), before);
  expect_refused();  // done once, it is not done again
}

TEST_F(RepairTest, HealthyUnusedSchemaIsLeftAlone) {
  create();
  migrate();
  expect_refused();
}

TEST_F(RepairTest, HealthyUsedSchemaIsLeftAlone) {
  create();
  migrate();
  use();
  expect_refused();
}

TEST_F(RepairTest, EmptyDatabaseIsLeftAlone) {
  create();
  expect_refused();
}

TEST_F(RepairTest, VersionResetOverAUsedSchemaIsLeftAlone) {
  create();
  migrate();
  use();
  for (const char* version : {"0.0", "1.0", "1.3", "1.12", "1.15", "1.16"}) {
    SCOPED_TRACE(version);
    sql("UPDATE schema_version SET curr_version = '" + std::string(version) + "'");
    expect_refused();
    if (!schema().dropped.empty()) {
      EXPECT_FALSE(repair(RepairKind::recreate_dropped_objects, schema().dropped));
    }
    sql("DELETE FROM namespace_metadata");
    expect_refused();
    sql("INSERT INTO namespace_metadata VALUES (54321, 2)");
  }
}

TEST_F(RepairTest, VersionResetOverAnUnusedSchemaIsLeftAlone) {
  create();
  migrate();
  sql("UPDATE schema_version SET curr_version = '0.0'");
  expect_refused();
}

TEST_F(RepairTest, StateOfAPartialMigrationWithOneFactChangedIsLeftAlone) {
  create();
  kill_at("1.0", 30);
  for (const char* change : {"UPDATE namespace_metadata SET notification_version = 2",
                             "INSERT INTO namespaces (partition_id, id, name, notification_version) VALUES (54321, 'x', 'x', 1)",
                             "UPDATE schema_version SET curr_version = '1.0'", "CREATE TABLE tasks_v2 ()", "DELETE FROM namespace_metadata",
                             "INSERT INTO schema_version SELECT version_partition, 'other', creation_time, curr_version, "
                             "min_compatible_version FROM schema_version"}) {
    SCOPED_TRACE(change);
    create();
    kill_at("1.0", 30);
    sql(change);
    expect_refused();
  }
}

TEST_F(RepairTest, InsertsTheLostRowOfALiveSchema) {
  create();
  migrate();
  use();
  sql("UPDATE namespaces SET notification_version = 41; DELETE FROM namespace_metadata");
  expect_refused(RepairKind::insert_metadata_row);
  const auto answer = repair(RepairKind::insert_metadata_row);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(schema().metadata_rows, std::vector<std::int64_t>{42});
  expect_refused();
}

TEST_F(RepairTest, InsertsNothingWhereTheMigrationStillHasTo) {
  create();
  kill_at("1.0", 2);
  EXPECT_TRUE(schema().metadata_table);
  expect_refused();
}

TEST_F(RepairTest, RenamesTheVersionRowOfARestoredDump) {
  create();
  migrate();
  use();
  sql("UPDATE schema_version SET db_name = 'before'");
  EXPECT_EQ(update_schema(tool()).error, "error reading current schema version:sql: no rows in result set");
  expect_refused(RepairKind::rename_version_row);
  const auto answer = repair(RepairKind::rename_version_row);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->removed[0]["db_name"], "before");
  EXPECT_EQ(schema().versions[0].db_name, database_);
  EXPECT_EQ(update_schema(tool()).exit_code, 0);
  expect_refused();
}

TEST_F(RepairTest, DoesNotRenameOverTablesOfAnotherVersion) {
  create();
  migrate("1.10");
  sql("UPDATE schema_version SET db_name = 'before', curr_version = '1.18'");
  expect_refused();
  sql("UPDATE schema_version SET curr_version = '1.2'");
  expect_refused();
}

TEST_F(RepairTest, DoesNotRenameWhenSetupHasAlreadyWrittenASecondRow) {
  create();
  migrate();
  sql("UPDATE schema_version SET db_name = 'before'");
  ASSERT_EQ(setup_schema(tool()).exit_code, 0);
  EXPECT_EQ(schema().versions.size(), 2U);
  expect_refused();
}

TEST_F(RepairTest, RecreatesWhatInterruptedMainVersionsDropped) {
  EXPECT_EQ(recreate_after("1.4", up_to(2)), 2);
  EXPECT_EQ(recreate_after("1.7", up_to(3)), 0);
  EXPECT_EQ(recreate_after("1.8", up_to(3)), 3);
  EXPECT_EQ(recreate_after("1.13", up_to(4)), 4);
  EXPECT_EQ(recreate_after("1.16", up_to(2)), 1);
}

TEST_F(RepairTest, RecreatesWhatInterruptedVisibilityVersionsDropped) {
  dialect_ = dialect_visibility;
  ASSERT_EQ(statements_in(dialect_, "1.2"), 54);
  EXPECT_EQ(recreate_after("1.2", {5, 6, 9, 12, 13, 54}), 5);  // it drops by its 6th to 12th statement
  EXPECT_EQ(recreate_after("1.6", up_to(8)), 7);
}

TEST_F(RepairTest, RecreatesExactlyWhatIsMissing) {
  create();
  kill_at("1.13", 1);
  const std::string before = dump();
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                {"table nexus_incoming_services", "table tiered_storage_tasks"},
                                                {"table tiered_storage_tasks"},
                                                {"table x (); DROP TABLE namespaces; --"},
                                                {"table nexus_incoming_services", "table nexus_incoming_services"}}) {
    const auto answer = repair(RepairKind::recreate_dropped_objects, wrong);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::invalid);
  }
  EXPECT_EQ(dump(), before);
  EXPECT_TRUE(repair(RepairKind::recreate_dropped_objects, {"table nexus_incoming_services"}));
}

TEST_F(RepairTest, HeldLockIsTransientAndChangesNothing) {
  create();
  kill_at("1.0", 10);
  const std::string before = dump();
  {
    pqxx::connection other(server().connection(role, canary, database_));
    pqxx::work work(other);
    work.exec("UPDATE schema_version SET curr_version = curr_version");
    const auto answer = repair(RepairKind::remove_orphaned_metadata_row);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::transient) << answer.error().message;
  }
  EXPECT_EQ(dump(), before);
}

TEST_F(RepairTest, LiveMigratorIsRespected) {
  create();
  kill_at("1.0", 10);
  {
    pqxx::connection other(server().connection(role, canary, database_));
    pqxx::work work(other);
    work.exec("CREATE TABLE in_the_making ()");
    expect_refused();
  }
  EXPECT_TRUE(repair(RepairKind::remove_orphaned_metadata_row));
}

// The doomed sync's next try may come while the repair is at work.
TEST_F(RepairTest, AMigratorThatCameMeanwhileIsRespected) {
  create();
  kill_at("1.0", 10);
  sql("CREATE FUNCTION wait_a_moment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN OLD; END $$; "
      "CREATE TRIGGER slow BEFORE DELETE ON namespace_metadata FOR EACH ROW EXECUTE FUNCTION wait_a_moment()");
  std::promise<void> over;
  std::thread migrator([&] {
    pqxx::connection other(server().connection(role, canary, database_));
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    pqxx::work work(other);
    work.exec("CREATE TABLE in_the_making ()");
    over.get_future().wait();
  });
  expect_refused();
  over.set_value();
  migrator.join();
  EXPECT_EQ(schema().metadata_rows.size(), 1U);
}

TEST_F(RepairTest, SecondRefloatWaitsItsTurn) {
  create();
  kill_at("1.0", 10);
  const std::vector<std::string> statements = repair_statements(RepairKind::remove_orphaned_metadata_row, {});
  const auto lock =
      std::find_if(statements.begin(), statements.end(), [](const std::string& s) { return s.find("advisory") != std::string::npos; });
  ASSERT_NE(lock, statements.end());
  pqxx::connection other(server().connection(role, canary, database_));
  pqxx::work work(other);
  work.exec(*lock);
  const auto answer = repair(RepairKind::remove_orphaned_metadata_row);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::transient);
}

TEST_F(RepairTest, RoleWithoutTheRightIsDenied) {
  create();
  kill_at("1.0", 10);
  sql("ALTER TABLE namespace_metadata OWNER TO postgres; GRANT SELECT ON namespace_metadata TO temporal");
  const auto answer = repair(RepairKind::remove_orphaned_metadata_row);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::denied);
  EXPECT_EQ(schema().metadata_rows.size(), 1U);
}

TEST_F(RepairTest, PlannedStatementsAreTheOnesSent) {
  create();
  kill_at("1.0", 10);
  const std::size_t logged = server().log().size();
  ASSERT_TRUE(repair(RepairKind::remove_orphaned_metadata_row));
  const std::string log = server().log().substr(logged);
  std::size_t at = 0;
  for (const std::string& statement : repair_statements(RepairKind::remove_orphaned_metadata_row, {})) {
    const std::size_t found = log.find("statement: " + statement, at);
    EXPECT_NE(found, std::string::npos) << statement;
    if (found != std::string::npos) at = found;
  }
}

}  // namespace
}  // namespace refloat::test
