#include <pqxx/pqxx>

#include "unit/postgres/fixture.h"

namespace refloat::test {
namespace {

class ReadTest : public DatabaseTest {};

TEST_F(ReadTest, EmptyDatabaseHasNoVersionTableAndMayBeCreatedIn) {
  create();
  const DatabaseReading reading = read();
  ASSERT_EQ(reading.reach, Reach::ok) << reading.detail;
  EXPECT_TRUE(reading.direct);
  EXPECT_FALSE(reading.in_recovery);
  EXPECT_FALSE(reading.superuser);
  EXPECT_GE(reading.server_version, 130000);
  EXPECT_FALSE(reading.schema->version_table);
  EXPECT_TRUE(reading.schema->readable);
  EXPECT_TRUE(reading.schema->can_create);
  EXPECT_EQ(reading.schema->fingerprint, "");
  EXPECT_EQ(reading.schema->tables, 0);
}

TEST_F(ReadTest, SetupOnlyIsAtZeroWithoutTables) {
  create();
  ASSERT_EQ(setup_schema(tool()).exit_code, 0);
  const TemporalSchema read = schema();
  ASSERT_EQ(read.versions.size(), 1U);
  EXPECT_EQ(read.versions[0].current, "0.0");
  EXPECT_EQ(read.versions[0].db_name, database_);
  EXPECT_EQ(read.tables, 0);
  EXPECT_EQ(read.fingerprint, "");
}

TEST_F(ReadTest, EveryMainVersionIsProvenByItsTables) {
  create();
  ASSERT_EQ(setup_schema(tool()).exit_code, 0);
  for (int minor = 0; minor <= 18; ++minor) {
    const std::string version = "1." + std::to_string(minor);
    ASSERT_EQ(update_schema(tool(), version).exit_code, 0);
    const TemporalSchema read = schema();
    EXPECT_EQ(read.fingerprint, version);
    EXPECT_EQ(read.versions[0].current, version);
    EXPECT_TRUE(read.dropped.empty()) << version << " " << read.dropped[0];
  }
  EXPECT_EQ(schema().tables, 37);
}

TEST_F(ReadTest, EveryVisibilityVersionIsProvenByItsTables) {
  dialect_ = dialect_visibility;
  create();
  ASSERT_EQ(setup_schema(tool()).exit_code, 0);
  for (int minor = 0; minor <= 9; ++minor) {
    const std::string version = "1." + std::to_string(minor);
    ASSERT_EQ(update_schema(tool(), version).exit_code, 0);
    const TemporalSchema read = schema();
    EXPECT_EQ(read.fingerprint, version);
    EXPECT_TRUE(read.dropped.empty()) << version;
  }
  EXPECT_EQ(schema().tables, 1);
}

TEST_F(ReadTest, UsedSchemaShowsItsNamespacesAndRow) {
  create();
  migrate();
  EXPECT_EQ(schema().metadata_rows, std::vector<std::int64_t>{1});
  use();
  const TemporalSchema read = schema();
  EXPECT_EQ(read.metadata_rows, std::vector<std::int64_t>{2});
  EXPECT_EQ(read.namespaces, std::vector<std::string>{"temporal-system"});
  EXPECT_EQ(read.namespaces_count, 1);
}

TEST_F(ReadTest, WithoutUsageTheSchemaIsUnreadableNotMissing) {
  create("postgres");
  sql("GRANT CREATE ON SCHEMA public TO temporal");
  migrate();
  sql("REVOKE ALL ON SCHEMA public FROM public, temporal");
  const TemporalSchema read = schema();
  EXPECT_TRUE(read.version_table);
  EXPECT_FALSE(read.readable);
  EXPECT_FALSE(read.can_create);
  EXPECT_EQ(read.fingerprint, "1.18");
  EXPECT_TRUE(read.versions.empty());
}

TEST_F(ReadTest, WithoutCreateAnEmptyDatabaseIsReadableButNotOurs) {
  create("postgres");
  const TemporalSchema read = schema();
  EXPECT_TRUE(read.readable);
  EXPECT_FALSE(read.can_create);
  EXPECT_NE(setup_schema(tool()).error.find("permission denied for schema public"), std::string::npos);
}

TEST_F(ReadTest, TableThatMayNotBeSelectedIsUnreadable) {
  create("postgres");
  sql("CREATE TABLE schema_version (version_partition int, db_name text, curr_version text, min_compatible_version text)");
  const TemporalSchema read = schema();
  EXPECT_TRUE(read.version_table);
  EXPECT_FALSE(read.readable);
}

TEST_F(ReadTest, RestoredUnderOtherNameKeepsTheOldNameInItsRow) {
  create();
  migrate();
  sql("UPDATE schema_version SET db_name = 'before'");
  EXPECT_EQ(schema().versions[0].db_name, "before");
}

TEST_F(ReadTest, ReadingWritesNothing) {
  create();
  migrate();
  const std::string before = dump();
  const std::size_t logged = server().log().size();
  (void)read();
  EXPECT_EQ(dump(), before);
  std::istringstream lines(server().log().substr(logged));
  int ours = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("app=refloat ") == std::string::npos || line.find("statement: ") == std::string::npos) continue;
    ++ours;
    const std::string said = line.substr(line.find("statement: ") + 11);
    const bool harmless = said.rfind("SELECT", 0) == 0 || said.rfind("SET LOCAL", 0) == 0 || said.find("READ ONLY") != std::string::npos ||
                          said.rfind("COMMIT", 0) == 0 || said.rfind("ROLLBACK", 0) == 0 || said.rfind("BEGIN", 0) == 0;
    EXPECT_TRUE(harmless) << said;
  }
  EXPECT_GT(ours, 5);
}

TEST_F(ReadTest, SessionInTheMiddleOfDdlIsAMigrator) {
  create();
  migrate();
  EXPECT_TRUE(read().migrators.empty());
  pqxx::connection other(server().connection(role, canary, database_));
  pqxx::work work(other);
  work.exec("CREATE TABLE half_done (word text DEFAULT 'hidden value')");
  const DatabaseReading reading = read();
  ASSERT_EQ(reading.migrators.size(), 1U);
  EXPECT_EQ(reading.migrators[0].pid, other.backendpid());
  EXPECT_EQ(reading.migrators[0].user, role);
  EXPECT_EQ(reading.migrators[0].doing.rfind("CREATE TABLE half_done", 0), 0U) << reading.migrators[0].doing;
  EXPECT_EQ(reading.migrators[0].doing.find("hidden"), std::string::npos);
}

TEST_F(ReadTest, SessionThatHoldsATableLockIsAMigratorWhateverItSaid) {
  create();
  migrate();
  pqxx::connection other(server().admin_connection(database_));  // its statement is hidden from our role, its lock is not
  pqxx::work work(other);
  work.exec("LOCK TABLE schema_version IN EXCLUSIVE MODE");
  EXPECT_EQ(read().migrators.size(), 1U);
}

TEST_F(ReadTest, OrdinarySessionsAreNoMigrators) {
  create();
  migrate();
  pqxx::connection other(server().connection(role, canary, database_));
  pqxx::work work(other);
  work.exec("SELECT * FROM namespaces FOR UPDATE");
  EXPECT_TRUE(read().migrators.empty());
}

TEST_F(ReadTest, ExpectationIsAskedAsOneReadOnlySelect) {
  create();
  migrate();
  use();
  const auto ask = [&](const std::string& query) {
    DatabaseTarget with = target();
    with.expect_query = query;
    const DatabaseReading reading = access_.read(with, Time{});
    EXPECT_EQ(reading.reach, Reach::ok) << reading.detail;
    EXPECT_TRUE(reading.schema.has_value());
    return reading.expect;
  };
  EXPECT_FALSE(read().expect.asked);
  EXPECT_TRUE(ask("SELECT count(*) = 1 FROM namespaces;").holds);
  EXPECT_FALSE(ask("SELECT count(*) = 2 FROM namespaces").holds);
  EXPECT_TRUE(ask("SELECT count(*) = 2 FROM namespaces").error.empty());
  EXPECT_FALSE(ask("SELECT true WHERE false").holds);
  EXPECT_FALSE(ask("SELECT NULL::boolean").holds);
  for (const char* bad : {"SELECT 1", "SELECT true, true", "SELECT true FROM generate_series(1, 3)", "DELETE FROM namespaces",
                          "SELECT true; SELECT true", "SELECT true) AS x; DELETE FROM namespaces; --", "SELECT no_such_column", "", " "}) {
    if (std::string(bad).empty()) continue;
    const ExpectAnswer answer = ask(bad);
    EXPECT_TRUE(answer.asked) << bad;
    EXPECT_FALSE(answer.holds) << bad;
    EXPECT_FALSE(answer.error.empty()) << bad;
  }
  EXPECT_EQ(ask("SELECT 'word-of-data'::int = 1").error.find("word-of-data"), std::string::npos);
  EXPECT_EQ(schema().namespaces_count, 1);
}

TEST_F(ReadTest, DeclaredNamespacesAreSeenHoweverManyThereAre) {
  create();
  migrate();
  use();
  sql("INSERT INTO namespaces (partition_id, id, name, notification_version, data, data_encoding, is_global) SELECT 54321, "
      "decode(md5(n::text), "
      "'hex'), 'a' || n, n, '', '', false FROM generate_series(1, 300) AS n");
  sql("INSERT INTO namespaces (partition_id, id, name, notification_version, data, data_encoding, is_global) VALUES (54321, "
      "decode(md5('z'), 'hex'), 'z\"{},''last', 999, '', '', false)");
  DatabaseTarget with = target();
  with.namespaces = {"z\"{},'last", "not there"};
  const DatabaseReading reading = access_.read(with, Time{});
  ASSERT_TRUE(reading.schema) << reading.detail;
  EXPECT_EQ(reading.schema->namespaces.back(), "z\"{},'last");
  EXPECT_EQ(reading.schema->namespaces.size(), 201U);
}

TEST_F(ReadTest, ExpectationIsRefusedForASuperuser) {
  create();
  const auto made = server().execute("postgres", "CREATE ROLE boss LOGIN SUPERUSER PASSWORD 'word'");
  ASSERT_TRUE(made);
  DatabaseTarget boss = target();
  boss.user = "boss";
  boss.password = Secret("word");
  boss.expect_query = "SELECT true";
  const DatabaseReading reading = access_.read(boss, Time{});
  EXPECT_TRUE(reading.superuser);
  EXPECT_FALSE(reading.expect.holds);
  EXPECT_FALSE(reading.expect.error.empty());
}

}  // namespace
}  // namespace refloat::test
