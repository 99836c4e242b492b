// Holds the model of a PostgreSQL server to a real one: the same sequences on both, and every reading, answer and line compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "postgres/fingerprint.h"
#include "sim/postgres_server.h"
#include "sim/temporal_migrations.h"
#include "sim/temporal_server.h"
#include "sim/temporal_tool.h"
#include "simulation/memory/memory_server.h"

namespace refloat::simulation {
namespace {

constexpr const char* role = "temporal";
constexpr const char* other = "somebody";
constexpr const char* word = "a-word";

PostgresServer& real_server() {
  static const std::unique_ptr<PostgresServer> one = [] {
    auto started = PostgresServer::start({false, {"autovacuum=off"}, {}});
    if (!started) {
      std::fprintf(stderr, "%s\n", started.error().message.c_str());
      std::abort();
    }
    for (const char* name : {role, other}) {
      if (!(*started)->create_role(name, word)) std::abort();
    }
    return std::move(*started);
  }();
  return *one;
}

int real_version() {
  const auto rows = real_server().query("postgres", "SHOW server_version_num");
  return rows ? std::atoi(rows->front().front().c_str()) : 0;
}

Json masked(Json removed) {
  if (!removed.is_array()) return removed;
  for (Json& row : removed) {
    if (row.contains("creation_time")) row["creation_time"] = nullptr;
  }
  return removed;
}

Json as_json(const Result<RepairAnswer>& answer) {
  if (!answer) return {{"kind", to_string(answer.error().kind)}, {"message", answer.error().message}};
  return {{"rows", answer->rows}, {"message", answer->message}, {"removed", masked(answer->removed)}};
}

Json as_json(const ToolRun& run) {
  return {{"exit", run.exit_code}, {"log", run.log}, {"error", run.error}};
}

class Model : public testing::Test {
 protected:
  Model() : model_(MemoryLooks{real_server().port(), real_version()}) {
    for (const char* name : {role, other}) EXPECT_TRUE(model_.create_role(name, word));
    database_ = "db" + std::to_string(++count_);
  }
  ~Model() override { (void)real_server().drop_database(database_); }

  // Does the same on both and compares what comes of it.
  template <class Work>
  Json both(const std::string& what, const Work& work) {
    const Json real = work(static_cast<SqlServer&>(real_server()));
    const Json model = work(static_cast<SqlServer&>(model_));
    EXPECT_EQ(real.dump(1), model.dump(1)) << what;
    return real;
  }

  void create(const std::string& owner = role) {
    for (SqlServer* server : std::vector<SqlServer*>{&real_server(), &model_}) {
      ASSERT_TRUE(server->drop_database(database_));
      ASSERT_TRUE(server->create_database(database_, owner));
    }
  }
  void sql(const std::string& statement) {
    for (SqlServer* server : std::vector<SqlServer*>{&real_server(), &model_}) {
      const auto done = server->execute(database_, statement);
      ASSERT_TRUE(done) << statement << ": " << done.error().message;
    }
  }
  // A real backend outlives its client for a moment.
  void let_sessions_end() const {
    for (int look = 0; look < 200; ++look) {
      const auto rows = real_server().query("postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database_ + "'");
      if (rows && rows->front().front() == "0") return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  ToolTarget tool(SqlServer& server, const std::string& password = word) const {
    return {server.connection(role, password, database_), database_, dialect_, server.opener()};
  }
  DatabaseTarget target(SqlServer& server) const {
    DatabaseTarget target;
    target.name = "default";
    target.dialect = dialect_;
    target.host = server.host();
    target.port = server.port();
    target.database = database_;
    target.user = user_;
    target.password = Secret(password_);
    return target;
  }
  Json read(const std::string& what) {
    let_sessions_end();
    return both(what, [&](SqlServer& server) {
      DatabaseReading reading = server.access()->read(target(server), Time{});
      for (MigratorSession& session : reading.migrators) session.pid = 1;
      return to_json(reading);
    });
  }
  Json repair(RepairKind kind, const std::vector<std::string>& arguments = {}, bool rehearse = false) {
    let_sessions_end();
    return both(std::string("repair ") + to_string(kind),
                [&](SqlServer& server) { return as_json(server.access()->repair(target(server), {kind, arguments, rehearse})); });
  }
  Json migrate(const std::string& to = {}, const std::optional<KillPoint>& kill = std::nullopt) {
    (void)both("setup", [&](SqlServer& server) { return as_json(setup_schema(tool(server))); });
    return both("update", [&](SqlServer& server) { return as_json(update_schema(tool(server), to, kill)); });
  }
  // Every repair, refused or not, is tried as a rehearsal: nothing may change.
  void rehearse_all() {
    const Json before = read("before rehearsals");
    repair(RepairKind::remove_orphaned_metadata_row, {}, true);
    repair(RepairKind::insert_metadata_row, {}, true);
    repair(RepairKind::rename_version_row, {}, true);
    std::vector<std::string> dropped;
    for (const Json& name : at_path(before, {"schema", "dropped"})) dropped.push_back(name.get<std::string>());
    repair(RepairKind::recreate_dropped_objects, dropped, true);
    EXPECT_EQ(read("after rehearsals").dump(), before.dump());
  }

  static inline int count_ = 0;
  MemoryServer model_;
  std::string database_;
  std::string dialect_ = dialect_main;
  std::string user_ = role, password_ = word;
};

TEST_F(Model, NobodyIsLetInWhoIsNot) {
  read("no database");
  create();
  read("empty");
  password_ = "wrong";
  read("wrong password");
  both("login", [&](SqlServer& server) {
    std::string detail;
    const auto answer = server.access()->try_login(target(server), detail);
    return Json{{"answer", static_cast<int>(answer)}, {"detail", detail}};
  });
  repair(RepairKind::insert_metadata_row);
  both("tool", [&](SqlServer& server) { return as_json(setup_schema(tool(server, "wrong"))); });
  both("server", [&](SqlServer& server) {
    const sim::ServerStore store{server.connection(role, "wrong", database_), database_, "1.18", server.opener()};
    return Json(sim::start_server(store, store));
  });
  user_ = "nobody";
  read("no role");
  user_ = role;
  password_ = word;
  both("the database is gone", [&](SqlServer& server) {
    EXPECT_TRUE(server.drop_database(database_));
    return as_json(setup_schema(tool(server)));
  });
  repair(RepairKind::rename_version_row);
}

TEST_F(Model, WhoOwnsNothingMayLookAtLittle) {
  create(other);
  read("empty, another's");
  migrate();
  user_ = other;
  both("the owner migrates", [&](SqlServer& server) {
    const ToolTarget owners{server.connection(other, word, database_), database_, "temporal", server.opener()};
    setup_schema(owners);
    return as_json(update_schema(owners, "1.3"));
  });
  read("the owner looks");
  user_ = role;
  read("another's tables");
  repair(RepairKind::insert_metadata_row);
  repair(RepairKind::rename_version_row);
  migrate();
  sql("REVOKE USAGE ON SCHEMA public FROM PUBLIC");
  read("no usage");
  repair(RepairKind::rename_version_row);
  migrate();
}

TEST_F(Model, EveryVersionReadsTheSame) {
  for (const char* dialect : {dialect_main, dialect_visibility}) {
    dialect_ = dialect;
    create();
    rehearse_all();
    for (const Migration& migration : temporal_migrations(dialect)) {
      const std::string version = std::to_string(migration.version.major) + "." + std::to_string(migration.version.minor);
      migrate(version);
      read(version);
      rehearse_all();
    }
  }
}

// Inside every version: what it looks like, what each repair would say, and what the next try makes of it.
TEST_F(Model, EveryInterruptionIsTheSame) {
  for (const char* dialect : {dialect_main, dialect_visibility}) {
    dialect_ = dialect;
    std::string before;
    for (const Migration& migration : temporal_migrations(dialect)) {
      const std::string version = std::to_string(migration.version.major) + "." + std::to_string(migration.version.minor);
      const int statements = static_cast<int>(migration.statements.size());
      // The first statements, one in the middle, the last: what lies between differs in names only.
      for (const int killed : std::set<int>{1, std::min(3, statements), statements / 2, statements}) {
        SCOPED_TRACE(version + " killed after " + std::to_string(killed));
        create();
        if (!before.empty()) migrate(before);
        migrate(version, KillPoint{version, killed});
        rehearse_all();
        migrate(version);
        read("tried again");
        const Json reading = read("then");
        std::vector<std::string> dropped;
        for (const Json& name : at_path(reading, {"schema", "dropped"})) dropped.push_back(name.get<std::string>());
        if (!dropped.empty()) repair(RepairKind::recreate_dropped_objects, dropped);
        if (dialect_ == dialect_main) repair(RepairKind::remove_orphaned_metadata_row);
        migrate(version);
        read("at last");
        if (HasFailure()) return;
      }
      before = version;
    }
  }
}

TEST_F(Model, RepairsChangeTheSame) {
  create();
  migrate({}, KillPoint{"1.0", 3});
  repair(RepairKind::remove_orphaned_metadata_row);
  repair(RepairKind::remove_orphaned_metadata_row);
  read("row removed");
  migrate();
  repair(RepairKind::insert_metadata_row);
  sql("DELETE FROM namespace_metadata");
  repair(RepairKind::insert_metadata_row);
  read("row inserted");
  sql("UPDATE schema_version SET db_name = 'before'");
  repair(RepairKind::insert_metadata_row);
  repair(RepairKind::rename_version_row);
  read("renamed");
  repair(RepairKind::rename_version_row);
  sql("UPDATE schema_version SET curr_version = '0.0'");
  read("reset");
  repair(RepairKind::remove_orphaned_metadata_row);
  repair(RepairKind::recreate_dropped_objects, {"column cluster_metadata.immutable_data"});
  repair(RepairKind::recreate_dropped_objects, {"table nobody_knows"});
  repair(RepairKind::recreate_dropped_objects, {});
}

TEST_F(Model, AServerStartsRegistersAndFallsTheSame) {
  create();
  const auto start = [&](const std::string& expected) {
    return both("start at " + expected, [&](SqlServer& server) {
      const sim::ServerStore store{server.connection(role, word, database_), database_, expected, server.opener()};
      return Json(sim::start_server(store, store));
    });
  };
  const auto declare = [&](const std::vector<std::string>& names) {
    both("register", [&](SqlServer& server) {
      return Json(sim::register_namespaces(server.connection(role, word, database_), names, server.opener()));
    });
  };
  start("1.18");
  declare({"default"});
  migrate("1.17");
  start("1.18");
  start("1.17");
  declare({"default", "second"});
  declare({"default"});
  read("registered");
  sql("DELETE FROM namespaces WHERE name = 'default'");
  read("one lost");
  sql("DELETE FROM namespace_metadata");
  start("1.17");
  declare({"default"});
  repair(RepairKind::insert_metadata_row);
  read("after the repair");
  start("1.17");
  both("counts", [&](SqlServer& server) {
    const auto rows = server.query(database_, "SELECT count(*) FROM namespaces WHERE name = 'second'");
    return Json(rows ? rows->front().front() : rows.error().message);
  });
}

// A migrator that is still connected is seen, and every repair waits for it.
TEST_F(Model, AMigratorAtWorkIsSeen) {
  create();
  migrate("1.3");
  let_sessions_end();
  std::vector<std::unique_ptr<SqlSession>> sessions;
  for (SqlServer* server : std::vector<SqlServer*>{&real_server(), &model_}) {
    auto opened = server->opener()(server->connection(role, word, database_));
    ASSERT_TRUE(opened);
    ASSERT_TRUE((*opened)->run("BEGIN"));
    ASSERT_TRUE((*opened)->run("CREATE TABLE extra (id integer PRIMARY KEY)"));
    sessions.push_back(std::move(*opened));
  }
  for (SqlServer* server : std::vector<SqlServer*>{&real_server(), &model_}) {
    DatabaseReading reading = server->access()->read(target(*server), Time{});
    ASSERT_EQ(reading.migrators.size(), 1U);
    EXPECT_EQ(reading.migrators.front().user, role);
    const auto refused = server->access()->repair(target(*server), {RepairKind::rename_version_row, {}, false});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_NE(refused.error().message.find("guard migrator"), std::string::npos);
  }
  sessions.clear();
  read("rolled back");
}

}  // namespace
}  // namespace refloat::simulation
