#include "sim/temporal_server.h"

#include <exception>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "model/versions.h"

namespace refloat::sim {

namespace {

// "ERROR:  relation ..." as Go's driver words it.
std::string driver_words(const std::exception& caught) {
  std::string words = caught.what();
  words = words.substr(0, words.find('\n'));
  for (const char* severity : {"ERROR:  ", "FATAL:  "}) {
    if (const auto at = words.find(severity); at != std::string::npos) {
      words = words.substr(at + std::string(severity).size());
    }
  }
  return words.find("Connection refused") != std::string::npos ? "dial tcp: connect: connection refused" : "pq: " + trim(words);
}

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

std::vector<std::string> check_version(const ServerStore& store) {
  const std::string unreadable = "unable to read DB schema version keyspace/database: " + store.database + " error: ";
  try {
    pqxx::connection connection(store.connection);
    pqxx::read_transaction session(connection);
    const pqxx::result rows =
        session.exec_params("SELECT curr_version FROM schema_version WHERE version_partition = 0 AND db_name = $1", store.database);
    if (rows.empty()) {
      return incompatible(unreadable + "sql: no rows in result set");
    }
    const auto actual = rows[0][0].as<std::string>();
    if (compare_versions(actual, store.expected).value_or(-1) < 0) {
      return incompatible("version mismatch for keyspace/database: \"" + store.database + "\". Expected version: " + store.expected +
                          " cannot be greater than Actual version: " + actual);
    }
    return {};
  } catch (const pqxx::broken_connection& caught) {
    return incompatible(unreadable + "no usable database connection found",
                        R"({"level":"error","msg":"sql handle: unable to refresh database connection pool","error":")" +
                            quoted_json(driver_words(caught)) + "\"}");
  } catch (const std::exception& caught) {
    return incompatible(unreadable + driver_words(caught));
  }
}

// The namespace that a server makes for itself at its first start; it counts in namespace_metadata.
std::vector<std::string> register_system_namespace(const std::string& connection_string) {
  try {
    pqxx::connection connection(connection_string);
    pqxx::work session(connection);
    if (session.exec("SELECT FROM namespace_metadata WHERE partition_id = 54321 FOR UPDATE").empty()) {
      return {
          "Unable to start server. Error: unable to initialize system namespace: unable to register system namespace: Failed to lock "
          "namespace metadata. Error: sql: no rows in result set"};
    }
    if (session.exec("SELECT FROM namespaces WHERE name = 'temporal-system'").empty()) {
      session.exec(
          "INSERT INTO namespaces (partition_id, id, name, notification_version) SELECT partition_id, 'system', 'temporal-system', "
          "notification_version FROM namespace_metadata");
      session.exec("UPDATE namespace_metadata SET notification_version = notification_version + 1");
    }
    session.commit();
    return {};
  } catch (const std::exception& caught) {
    return {"Unable to start server. Error: unable to initialize system namespace: " + driver_words(caught)};
  }
}

}  // namespace

std::vector<std::string> start_server(const ServerStore& main, const ServerStore& visibility) {
  for (const ServerStore& store : {main, visibility}) {
    if (std::vector<std::string> lines = check_version(store); !lines.empty()) {
      return lines;
    }
  }
  return register_system_namespace(main.connection);
}

struct ServerSession::State {
  ServerStore store;
  std::unique_ptr<pqxx::connection> connection;
};

ServerSession::ServerSession(ServerStore store) : state_(std::make_unique<State>(State{std::move(store), nullptr})) {}

ServerSession::~ServerSession() = default;

// One statement on the session it has; only when that fails, everything from the start.
std::string ServerSession::trouble() {
  try {
    if (!state_->connection) {
      state_->connection = std::make_unique<pqxx::connection>(state_->store.connection);
    }
    pqxx::nontransaction session(*state_->connection);
    session.exec("SELECT FROM namespace_metadata");  // what a server keeps reading; the version row it reads only when it starts
    return "";
  } catch (const std::exception&) {
    state_->connection.reset();
    const std::vector<std::string> lines = check_version(state_->store);
    return lines.empty() ? "" : lines.back();
  }
}

std::string register_namespaces(const std::string& connection_string, const std::vector<std::string>& names) {
  try {
    pqxx::connection connection(connection_string);
    pqxx::work session(connection);
    for (const std::string& name : names) {
      session.exec_params(
          "INSERT INTO namespaces (partition_id, id, name, notification_version) SELECT partition_id, $1::text::bytea, $1, "
          "notification_version FROM namespace_metadata ON CONFLICT DO NOTHING",
          name);
      session.exec("UPDATE namespace_metadata SET notification_version = notification_version + 1");
    }
    session.commit();
    return "";
  } catch (const std::exception& caught) {
    return driver_words(caught);
  }
}

}  // namespace refloat::sim
