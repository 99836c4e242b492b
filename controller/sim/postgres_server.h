// A real PostgreSQL for tests and the demo: own data directory in a temporary folder, loopback TCP, scram passwords, gone with the object.
//
//   auto server = PostgresServer::start({});
//   if (!server) return server.error();
//   (*server)->create_role("temporal", "word");
//   (*server)->create_database("temporal", "temporal");
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace refloat {

struct PostgresOptions {
  bool log_statements = false;             // every statement into log(), prefixed by "app=<application_name> db=<database> "
  std::vector<std::string> settings = {};  // more "name=value" for the server
  std::string temporary_directory = {};    // parent of the data directory; empty = the system's
};

// Rows of a query as text; NULL reads as "".
using TextRows = std::vector<std::vector<std::string>>;

class PostgresServer {
 public:
  // Initialises and starts the newest installed PostgreSQL; as root it runs as an unprivileged user, since PostgreSQL refuses root.
  static Result<std::unique_ptr<PostgresServer>> start(const PostgresOptions& options);

  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  // Stops the server and removes its directory.
  ~PostgresServer();

  // Where it listens.
  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] int port() const { return port_; }
  // Keyword DSN of the superuser.
  [[nodiscard]] std::string admin_connection(const std::string& database = "postgres") const;
  // Keyword DSN of any role.
  [[nodiscard]] std::string connection(const std::string& role, const std::string& password, const std::string& database) const;

  // A role that may log in and nothing more.
  Result<> create_role(const std::string& name, const std::string& password);
  // A database; with a template it starts as that database's copy.
  Result<> create_database(const std::string& name, const std::string& owner, const std::string& template_database = "template0");
  // Drops it, sessions included.
  Result<> drop_database(const std::string& name);
  // Runs SQL as the superuser, each statement on its own unless the text holds a transaction.
  Result<> execute(const std::string& database, const std::string& sql);
  // Rows of one query as the superuser.
  Result<TextRows> query(const std::string& database, const std::string& sql);
  // The server's log so far.
  [[nodiscard]] std::string log() const;
  // Path of an installed program of the same PostgreSQL ("pg_dump").
  [[nodiscard]] std::string program(const std::string& name) const;

 private:
  PostgresServer() = default;
  Result<> prepare(const PostgresOptions& options);
  Result<> init_cluster();
  Result<> launch(const PostgresOptions& options);
  Result<> wait_ready();
  [[nodiscard]] bool running();
  void stop();

  std::string host_ = "127.0.0.1";
  int port_ = 0;
  int pid_ = -1;
  std::string bin_;
  std::string directory_;
  std::string password_;
};

}  // namespace refloat
