// Sessions with a PostgreSQL server as the simulated programs use them, so that they work on a real one and on a test's model of one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "postgres/database.h"

namespace refloat {

// Rows of a query as text; NULL reads as "".
using TextRows = std::vector<std::vector<std::string>>;

class SqlSession {
 public:
  virtual ~SqlSession() = default;
  // One statement, its rows; transient = the session is broken, invalid = the server's refusal in its own words.
  virtual Result<TextRows> run(const std::string& statement) = 0;
};

using SqlOpener = std::function<Result<std::unique_ptr<SqlSession>>(const std::string& connection)>;

// A session with a real PostgreSQL; libpq's keyword form or URI.
Result<std::unique_ptr<SqlSession>> open_session(const std::string& connection);

// The server's message as Go's driver words it: "pq: relation ... does not exist".
std::string driver_words(const std::string& message);

// A text as an SQL literal.
std::string quoted(const std::string& text);

// A server with roles and databases, as its administrator has it.
class SqlServer {
 public:
  SqlServer() = default;
  SqlServer(const SqlServer&) = delete;
  SqlServer& operator=(const SqlServer&) = delete;
  virtual ~SqlServer() = default;

  // Where it listens.
  [[nodiscard]] virtual const std::string& host() const = 0;
  [[nodiscard]] virtual int port() const = 0;
  // What a program of this role connects with.
  [[nodiscard]] virtual std::string connection(const std::string& role, const std::string& password, const std::string& database) const = 0;
  // Opens what connection() says.
  [[nodiscard]] virtual SqlOpener opener() = 0;
  // Refloat's port to the databases on it.
  [[nodiscard]] virtual std::unique_ptr<DatabaseAccess> access() = 0;
  // A role that may log in and nothing more.
  virtual Result<> create_role(const std::string& name, const std::string& password) = 0;
  // An empty database.
  virtual Result<> create_database(const std::string& name, const std::string& owner) = 0;
  // Drops it, sessions included.
  virtual Result<> drop_database(const std::string& name) = 0;
  // Runs SQL as the superuser.
  virtual Result<> execute(const std::string& database, const std::string& sql) = 0;
  // Rows of one query as the superuser.
  virtual Result<TextRows> query(const std::string& database, const std::string& sql) = 0;
};

}  // namespace refloat
