// Our stand-in, our reading and our repairs against the schemas that Temporal's own temporal-sql-tool makes.
// Needs the tool: TEMPORAL_SQL_TOOL=/path/to/temporal-sql-tool. Written for 1.29, whose newest versions are 1.18 and 1.9.
// TEMPORAL_SQL_TOOL_STRIDE=N takes only every N-th point at which the tool can die, but always those that leave a row to remove.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "model/database_reading.h"
#include "postgres/fingerprint.h"
#include "postgres/pqxx_database.h"
#include "sim/child_process.h"
#include "sim/postgres_server.h"
#include "sim/temporal_tool.h"

namespace refloat {
namespace {

constexpr const char* word = "plain-word";

const char* tool_path() {
  return std::getenv("TEMPORAL_SQL_TOOL");
}

int stride() {
  const char* text = std::getenv("TEMPORAL_SQL_TOOL_STRIDE");
  return text == nullptr ? 1 : std::max(1, std::atoi(text));
}

PostgresServer& server() {
  static const std::unique_ptr<PostgresServer> one = [] {
    auto started = PostgresServer::start({});
    if (!started || !(*started)->create_role("temporal", word)) std::abort();
    return *std::move(started);
  }();
  return *one;
}

class RealTool : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (tool_path() == nullptr) GTEST_SKIP() << "TEMPORAL_SQL_TOOL is not set: nothing was compared with the real tool";
    log_ = (std::filesystem::temp_directory_path() / ("refloat-real-tool-" + std::to_string(getpid()) + ".log")).string();
  }
  void TearDown() override {
    for (const std::string& name : databases_) (void)server().drop_database(name);
    if (!log_.empty()) std::filesystem::remove(log_);
  }

  [[nodiscard]] std::string dialect() const { return GetParam(); }
  [[nodiscard]] bool visibility() const { return dialect() == dialect_visibility; }

  [[nodiscard]] bool is_there(const std::string& name) const {
    return std::find(databases_.begin(), databases_.end(), name) != databases_.end();
  }

  // An empty one. What is there already is emptied, which takes a tenth of the time of a new one.
  void create(const std::string& name) {
    const auto made = is_there(name) ? server().execute(name,
                                                        "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner; "
                                                        "GRANT USAGE ON SCHEMA public TO public")
                                     : server().create_database(name, "temporal");
    ASSERT_TRUE(made) << made.error().message;
    if (!is_there(name)) databases_.push_back(name);
    if (visibility()) {  // its inner commands would be counted as the migration's
      ASSERT_TRUE(server().execute(name, "CREATE EXTENSION btree_gin"));
    }
  }

  int real(const std::string& name, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{tool_path(), "--ep",     server().host(), "-p", std::to_string(server().port()),
                                     "-u",        "temporal", "--pw",          word, "--db",
                                     name,        "--pl",     "postgres12"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto child = spawn(command, {}, "/", log_);
    return child ? wait_for_exit(*child) : -1;
  }
  int real_setup(const std::string& name) { return real(name, {"setup-schema", "-v", "0.0"}); }
  int real_update(const std::string& name, const std::string& version = {}) {
    std::vector<std::string> arguments{"update-schema", "-s", visibility() ? "postgresql/v12/visibility" : "postgresql/v12/temporal"};
    if (!version.empty()) arguments.insert(arguments.end(), {"-v", version});
    return real(name, arguments);
  }

  // The real tool stops with an error right before its n-th (from 1) schema command, or before it writes the row of `version`.
  void stop_before(const std::string& name, int command, const std::string& version) {
    const auto armed = server().execute(
        name,
        "CREATE SCHEMA stop; GRANT USAGE ON SCHEMA stop TO public; CREATE SEQUENCE stop.count; GRANT ALL ON SEQUENCE stop.count TO public;"
        "CREATE FUNCTION stop.on_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.curr_version = '" +
            version +
            "' THEN RAISE EXCEPTION 'stopped'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER stop BEFORE INSERT OR UPDATE ON public.schema_version FOR EACH ROW EXECUTE FUNCTION stop.on_row();"
            "CREATE FUNCTION stop.on_command() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('stop.count') >= " +
            std::to_string(command) +
            " THEN RAISE EXCEPTION 'stopped'; END IF; END $$;"
            "CREATE EVENT TRIGGER stop ON ddl_command_start EXECUTE FUNCTION stop.on_command()");
    ASSERT_TRUE(armed) << armed.error().message;
  }
  void disarm(const std::string& name) {
    const auto done =
        server().execute(name, "DROP EVENT TRIGGER stop; DROP TRIGGER stop ON public.schema_version; DROP SCHEMA stop CASCADE");
    ASSERT_TRUE(done) << done.error().message;
  }

  DatabaseTarget target(const std::string& name) const {
    DatabaseTarget at;
    at.name = name;
    at.dialect = dialect();
    at.host = server().host();
    at.port = server().port();
    at.database = name;
    at.user = "temporal";
    at.password = Secret(word);
    return at;
  }
  TemporalSchema schema(const std::string& name) {
    const DatabaseReading reading = access_.read(target(name), Time{});
    EXPECT_EQ(reading.reach, Reach::ok) << reading.detail;
    return reading.schema.value_or(TemporalSchema{});
  }
  // Everything read, but for the database's own name.
  std::string text(const std::string& name) {
    DatabaseReading reading;
    reading.schema = schema(name);
    for (VersionRow& row : reading.schema->versions) row.db_name = row.db_name == name ? "own" : row.db_name;
    return to_json(reading)["schema"].dump(1);
  }
  ToolTarget ours(const std::string& name) const { return {server().connection("temporal", word, name), name, dialect()}; }

  // Tables, columns, indexes and the metadata row, in any order.
  std::string shape(const std::string& name) {
    const auto rows = server().query(name,
                                     "SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, character_maximum_length, "
                                     "is_nullable || coalesce(column_default, '')) "
                                     "FROM information_schema.columns WHERE table_schema = 'public' "
                                     "UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1");
    EXPECT_TRUE(rows);
    std::string all;
    if (rows) {
      for (const auto& row : *rows) all += row[0] + '\n';
    }
    return all;
  }

  // A clean install up to this version.
  std::string clean(const std::string& version) {
    const std::string name = "clean_" + version.substr(2);
    if (is_there(name)) return name;
    create(name);
    EXPECT_EQ(real_setup(name), 0);
    EXPECT_EQ(real_update(name, version), 0);
    return name;
  }

  // Killed after the one INSERT of the first main version, the tool trips over its row for ever.
  [[nodiscard]] bool leaves_a_row(int minor, int statement) const { return !visibility() && minor == 0 && statement >= 3; }

  void compare_stopped(int minor, int statement, const std::string& end);

  PqxxDatabase access_;
  std::string log_;
  std::vector<std::string> databases_;
};

TEST_P(RealTool, EveryVersionReadsAsOurStandInsDoes) {
  create("real");
  create("ours");
  ASSERT_EQ(real_setup("real"), 0);
  ASSERT_EQ(setup_schema(ours("ours")).exit_code, 0);
  EXPECT_EQ(text("real"), text("ours"));
  for (int minor = 0; minor <= newest_known(dialect()).minor; ++minor) {
    const std::string version = "1." + std::to_string(minor);
    ASSERT_EQ(real_update("real", version), 0) << version;
    ASSERT_EQ(update_schema(ours("ours"), version).exit_code, 0);
    EXPECT_EQ(schema("real").fingerprint, version);
    EXPECT_EQ(text("real"), text("ours")) << version;
  }
}

// One kill point: both tools leave a schema that reads the same; where the real tool cannot go on, our repair lets it; at version `end` it
// is a clean install's.
void RealTool::compare_stopped(int minor, int statement, const std::string& end) {
  const std::string version = "1." + std::to_string(minor);
  SCOPED_TRACE(version + " stopped after statement " + std::to_string(statement));
  const bool orphan = leaves_a_row(minor, statement);
  create("real");
  ASSERT_EQ(real_setup("real"), 0);
  if (minor > 0) {
    ASSERT_EQ(real_update("real", "1." + std::to_string(minor - 1)), 0);
  }
  stop_before("real", orphan ? statement : statement + 1, version);  // an INSERT is no schema command
  ASSERT_EQ(real_update("real"), 1);
  disarm("real");
  create("ours");
  ASSERT_EQ(setup_schema(ours("ours")).exit_code, 0);
  ASSERT_EQ(update_schema(ours("ours"), {}, KillPoint{version, statement}).exit_code, 137);
  EXPECT_EQ(text("real"), text("ours"));
  const TemporalSchema read = schema("real");
  if (orphan || !read.dropped.empty()) {
    EXPECT_EQ(real_update("real"), 1) << "the real tool goes on by itself";
    const RepairKind kind = orphan ? RepairKind::remove_orphaned_metadata_row : RepairKind::recreate_dropped_objects;
    const auto answer = access_.repair(target("real"), {kind, schema("real").dropped, false});  // the retry may have dropped more
    ASSERT_TRUE(answer) << answer.error().message;
  }
  EXPECT_EQ(real_update("real", end), 0) << "the real tool cannot go on";
  EXPECT_EQ(shape("real"), shape(clean(end)));
  EXPECT_EQ(schema("real").fingerprint, end);
}

// What is taken beside every N-th point is followed through its own version only: all others would run a second time for each.
TEST_P(RealTool, EveryInterruptionReadsTheSameAndIsCured) {
  const int newest = newest_known(dialect()).minor;
  int point = 0;
  for (int minor = 0; minor <= newest; ++minor) {
    for (int statement = 0; statement <= statements_in(dialect(), "1." + std::to_string(minor)); ++statement) {
      if (!visibility() && minor == 0 && statement == 2) continue;  // between two commands that are no schema commands
      const bool chosen = point++ % stride() == 0;
      if (!chosen && !leaves_a_row(minor, statement)) continue;
      compare_stopped(minor, statement, "1." + std::to_string(chosen ? newest : minor));
      if (HasFatalFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(BothSchemas, RealTool, testing::Values(dialect_main, dialect_visibility),
                         [](const auto& instance) { return std::string(instance.param) == dialect_main ? "Main" : "Visibility"; });

}  // namespace
}  // namespace refloat
