#include "sim/temporal_server.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/versions.h"
#include "sim/sql_session.h"

namespace refloat::sim {

namespace {

std::vector<std::string> incompatible(const std::string& reason, const std::string& earlier = {}) {
  std::vector<std::string> lines;
  if (!earlier.empty()) {
    lines.push_back(earlier);
  }
  lines.push_back(
      "Unable to create server. Error: could not build arguments for function \"go.temporal.io/server/temporal\".ServerLifetimeHooks: sql "
      "schema version compatibility check failed: " +
      reason);
  return lines;
}

std::string quoted_json(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return result;
}

std::vector<std::string> unusable(const std::string& unreadable, const std::string& words) {
  return incompatible(unreadable + "no usable database connection found",
                      R"({"level":"error","msg":"sql handle: unable to refresh database connection pool","error":")" +
                          quoted_json(driver_words(words)) + "\"}");
}

std::vector<std::string> check_version(const ServerStore& store) {
  const std::string unreadable = "unable to read DB schema version keyspace/database: " + store.database + " error: ";
  const auto session = store.open(store.connection);
  if (!session) {
    return unusable(unreadable, session.error().message);
  }
  const auto rows =
      (*session)->run("SELECT curr_version FROM schema_version WHERE version_partition = 0 AND db_name = " + quoted(store.database));
  if (!rows) {
    return rows.error().kind == ErrorKind::transient ? unusable(unreadable, rows.error().message)
                                                     : incompatible(unreadable + driver_words(rows.error().message));
  }
  if (rows->empty()) {
    return incompatible(unreadable + "sql: no rows in result set");
  }
  const std::string& actual = rows->front().front();
  if (compare_versions(actual, store.expected).value_or(-1) < 0) {
    return incompatible("version mismatch for keyspace/database: \"" + store.database + "\". Expected version: " + store.expected +
                        " cannot be greater than Actual version: " + actual);
  }
  return {};
}

// Statements in one transaction; a session that ends without COMMIT rolls back.
Result<> in_transaction(SqlSession& session, const std::vector<std::string>& statements) {
  for (const std::string& statement : statements) {
    if (auto done = session.run(statement); !done) {
      return done.error();
    }
  }
  return ok();
}

// The namespace that a server makes for itself at its first start; it counts in namespace_metadata. Nothing = there was no row to lock.
Result<bool> register_system_namespace(SqlSession& session) {
  if (auto begun = session.run("BEGIN"); !begun) {
    return begun.error();
  }
  const auto locked = session.run("SELECT FROM namespace_metadata WHERE partition_id = 54321 FOR UPDATE");
  if (!locked || locked->empty()) {
    return locked ? Result<bool>(false) : Result<bool>(locked.error());
  }
  const auto there = session.run("SELECT FROM namespaces WHERE name = 'temporal-system'");
  if (!there) {
    return there.error();
  }
  std::vector<std::string> statements;
  if (there->empty()) {
    statements = {
        "INSERT INTO namespaces (partition_id, id, name, notification_version) SELECT partition_id, 'system', 'temporal-system', "
        "notification_version FROM namespace_metadata",
        "UPDATE namespace_metadata SET notification_version = notification_version + 1"};
  }
  statements.emplace_back("COMMIT");
  const auto done = in_transaction(session, statements);
  return done ? Result<bool>(true) : Result<bool>(done.error());
}

std::vector<std::string> first_start(const ServerStore& main) {
  const std::string unable = "Unable to start server. Error: unable to initialize system namespace: ";
  const auto session = main.open(main.connection);
  if (!session) {
    return {unable + driver_words(session.error().message)};
  }
  const auto registered = register_system_namespace(**session);
  if (!registered) {
    return {unable + driver_words(registered.error().message)};
  }
  if (!*registered) {
    return {unable + "unable to register system namespace: Failed to lock namespace metadata. Error: sql: no rows in result set"};
  }
  return {};
}

}  // namespace

std::vector<std::string> start_server(const ServerStore& main, const ServerStore& visibility) {
  for (const ServerStore& store : {main, visibility}) {
    if (std::vector<std::string> lines = check_version(store); !lines.empty()) {
      return lines;
    }
  }
  return first_start(main);
}

struct ServerSession::State {
  ServerStore store;
  std::unique_ptr<SqlSession> session;
};

ServerSession::ServerSession(ServerStore store) : state_(std::make_unique<State>(State{std::move(store), nullptr})) {}

ServerSession::~ServerSession() = default;

// One statement on the session it has; only when that fails, everything from the start.
std::string ServerSession::trouble() {
  if (!state_->session) {
    if (auto opened = state_->store.open(state_->store.connection)) {
      state_->session = std::move(*opened);
    }
  }
  // What a server keeps reading; the version row it reads only when it starts.
  if (state_->session && state_->session->run("SELECT FROM namespace_metadata")) {
    return "";
  }
  state_->session.reset();
  const std::vector<std::string> lines = check_version(state_->store);
  return lines.empty() ? "" : lines.back();
}

std::string register_namespaces(const std::string& connection, const std::vector<std::string>& names, const SqlOpener& open) {
  const auto session = open(connection);
  if (!session) {
    return driver_words(session.error().message);
  }
  std::vector<std::string> statements{"BEGIN"};
  for (const std::string& name : names) {
    statements.push_back("INSERT INTO namespaces (partition_id, id, name, notification_version) SELECT partition_id, " + quoted(name) +
                         ", " + quoted(name) + ", notification_version FROM namespace_metadata ON CONFLICT DO NOTHING");
    statements.emplace_back("UPDATE namespace_metadata SET notification_version = notification_version + 1");
  }
  statements.emplace_back("COMMIT");
  const auto done = in_transaction(**session, statements);
  return done ? "" : driver_words(done.error().message);
}

}  // namespace refloat::sim
