#include "unit/postgres/fixture.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <thread>

namespace refloat::test {

PostgresServer& server() {
  static std::unique_ptr<PostgresServer> one = [] {
    PostgresOptions options;
    options.log_statements = true;
    options.settings = {"autovacuum=off"};
    auto started = PostgresServer::start(options);
    if (!started) {
      std::fprintf(stderr, "%s\n", started.error().message.c_str());
      std::abort();
    }
    const auto made = (*started)->create_role(role, canary);
    if (!made) std::abort();
    return *std::move(started);
  }();
  return *one;
}

void DatabaseTest::SetUp() {
  database_ = testing::UnitTest::GetInstance()->current_test_info()->name();
}

void DatabaseTest::TearDown() {
  (void)server().drop_database(database_);
}

void DatabaseTest::create(const std::string& owner, const std::string& template_database) {
  const auto dropped = server().drop_database(database_);
  ASSERT_TRUE(dropped) << dropped.error().message;
  const auto made = server().create_database(database_, owner, template_database);
  ASSERT_TRUE(made) << made.error().message;
}

ToolTarget DatabaseTest::tool() const {
  return {server().connection(role, canary, database_), database_, dialect_};
}

DatabaseTarget DatabaseTest::target() const {
  DatabaseTarget target;
  target.name = "default";
  target.dialect = dialect_;
  target.host = server().host();
  target.port = server().port();
  target.database = database_;
  target.user = role;
  target.password = Secret(canary);
  return target;
}

TemporalSchema DatabaseTest::schema() {
  const DatabaseReading reading = read();
  EXPECT_EQ(reading.reach, Reach::ok) << reading.detail;
  return reading.schema.value_or(TemporalSchema{});
}

void DatabaseTest::sql(const std::string& statement) {
  const auto done = server().execute(database_, statement);
  ASSERT_TRUE(done) << done.error().message;
  let_sessions_end();
}

// A backend outlives its client for a moment, on a busy machine for a long one, and a repair rightly takes it for a migrator at work.
void DatabaseTest::let_sessions_end() const {
  const std::string others = "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database_ + "' AND pid <> pg_backend_pid()";
  for (int look = 0; look < 60; ++look) {
    const auto rows = server().query("postgres", others);
    if (rows && !rows->empty() && rows->front().front() == "0") return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

std::string DatabaseTest::dump() const {
  const std::string command = server().program("pg_dump") + " \"" + server().admin_connection(database_) + "\"";
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), n);
  EXPECT_EQ(pclose(pipe), 0);
  let_sessions_end();
  std::string kept;  // newer pg_dump writes a random word into its \restrict lines
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
    if (text.compare(at, 10, "\\restrict ") != 0 && text.compare(at, 12, "\\unrestrict ") != 0) kept += text.substr(at, end - at + 1);
    at = end + 1;
  }
  return kept;
}

Result<RepairAnswer> DatabaseTest::repair(RepairKind kind, const std::vector<std::string>& arguments, bool rehearse) {
  return access_.repair(target(), {kind, arguments, rehearse});
}

void DatabaseTest::migrate(const std::string& to) {
  const ToolRun setup = setup_schema(tool());
  ASSERT_EQ(setup.exit_code, 0) << setup.error;
  const ToolRun update = update_schema(tool(), to);
  ASSERT_EQ(update.exit_code, 0) << update.error;
  let_sessions_end();
}

void DatabaseTest::kill_at(const std::string& version, int statements) {
  const ToolRun setup = setup_schema(tool());
  ASSERT_EQ(setup.exit_code, 0) << setup.error;
  const ToolRun update = update_schema(tool(), {}, KillPoint{version, statements});
  ASSERT_EQ(update.exit_code, 137) << update.error;
  let_sessions_end();
}

void DatabaseTest::use() {
  sql("INSERT INTO namespaces (partition_id, id, name, notification_version) VALUES (54321, 'x', 'temporal-system', 1); "
      "UPDATE namespace_metadata SET notification_version = 2");
}

std::vector<std::pair<RepairKind, std::vector<std::string>>> all_repairs() {
  return {{RepairKind::remove_orphaned_metadata_row, {}},
          {RepairKind::insert_metadata_row, {}},
          {RepairKind::rename_version_row, {}},
          {RepairKind::recreate_dropped_objects, {"column cluster_metadata.immutable_data"}}};
}

}  // namespace refloat::test
