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
#include "sim/sql_session.h"

namespace refloat {

struct PostgresOptions {
  bool log_statements = false;             // every statement into log(), prefixed by "app=<application_name> db=<database> "
  std::vector<std::string> settings = {};  // more "name=value" for the server
  std::string temporary_directory = {};    // parent of the data directory; empty = the system's
};

class PostgresServer final : public SqlServer {
 public:
  // Initialises and starts the newest installed PostgreSQL; as root it runs as an unprivileged user, since PostgreSQL refuses root.
  static Result<std::unique_ptr<PostgresServer>> start(const PostgresOptions& options);

  // Stops the server and removes its directory.
  ~PostgresServer() override;

  [[nodiscard]] const std::string& host() const override { return host_; }
  [[nodiscard]] int port() const override { return port_; }
  // Keyword DSN of the superuser.
  [[nodiscard]] std::string admin_connection(const std::string& database = "postgres") const;
  // Keyword DSN of any role.
  [[nodiscard]] std::string connection(const std::string& role, const std::string& password, const std::string& database) const override;
  [[nodiscard]] SqlOpener opener() override { return open_session; }
  [[nodiscard]] std::unique_ptr<DatabaseAccess> access() override;

  Result<> create_role(const std::string& name, const std::string& password) override;
  Result<> create_database(const std::string& name, const std::string& owner) override;
  // A copy of another database.
  Result<> create_database(const std::string& name, const std::string& owner, const std::string& template_database);
  Result<> drop_database(const std::string& name) override;
  // Each statement runs on its own unless the text holds a transaction.
  Result<> execute(const std::string& database, const std::string& sql) override;
  Result<TextRows> query(const std::string& database, const std::string& sql) override;
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
