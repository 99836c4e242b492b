// A model of a PostgreSQL server that holds Temporal databases, in memory: roles, databases, and as much SQL as the simulated programs
// send. The conformance test beside it holds it to a real server; a statement that it does not know ends the program.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/write.h"
#include "postgres/catalog.h"
#include "sim/sql_session.h"

namespace refloat::simulation {

using MemoryRow = std::map<std::string, std::string>;

struct MemoryTable {
  std::string owner;
  std::map<std::string, Column> columns;
  std::vector<MemoryRow> rows;
};

struct MemoryIndex {
  std::string table;
  std::set<std::string> columns;
};

// What a transaction can roll back.
struct MemorySchema {
  std::map<std::string, MemoryTable> tables;
  std::map<std::string, MemoryIndex> indexes;
  std::set<std::string> functions;
  bool usage = true;  // whoever is not the owner may look into the schema

  // As the system catalog lists it.
  [[nodiscard]] Catalog catalog() const;
};

struct MemoryDatabase {
  std::string owner;
  MemorySchema schema;
  int born = 0;  // tells it from an earlier one of the same name
};

// A session that is open now.
struct MemoryClient {
  int pid = 0;
  std::string user, database;
  std::string last;  // its last statement
};

// What a repair of Refloat committed.
struct MemoryRepair {
  std::string database;
  RepairKind kind = RepairKind::remove_orphaned_metadata_row;
  int rows = 0;
};

// What a reading shows of the server itself.
struct MemoryLooks {
  int port = 5432;
  int version = 150018;
};

class MemoryServer final : public SqlServer {
 public:
  MemoryServer() = default;
  explicit MemoryServer(MemoryLooks looks) : looks_(looks) {}

  [[nodiscard]] const std::string& host() const override { return host_; }
  [[nodiscard]] int port() const override { return looks_.port; }
  [[nodiscard]] int version() const { return looks_.version; }
  [[nodiscard]] std::string connection(const std::string& role, const std::string& password, const std::string& database) const override;
  [[nodiscard]] SqlOpener opener() override;
  [[nodiscard]] std::unique_ptr<DatabaseAccess> access() override;
  Result<> create_role(const std::string& name, const std::string& password) override;
  Result<> create_database(const std::string& name, const std::string& owner) override;
  Result<> drop_database(const std::string& name) override;
  Result<> execute(const std::string& database, const std::string& sql) override;
  Result<TextRows> query(const std::string& database, const std::string& sql) override;

  // Whether anybody is let in; who is in stays in.
  void set_up(bool up) { up_ = up; }
  [[nodiscard]] bool up() const { return up_; }
  // Why this login fails, in libpq's words; "" = it does not.
  [[nodiscard]] std::string refusal(const std::string& role, const std::string& password, const std::string& database) const;
  MemoryDatabase* find(const std::string& database);
  std::vector<MemoryClient>& clients() { return clients_; }
  std::vector<MemoryRepair>& repairs() { return repairs_; }
  int next_pid() { return ++pids_; }

 private:
  std::string host_ = "127.0.0.1";
  MemoryLooks looks_;
  bool up_ = true;
  int pids_ = 1000;
  int births_ = 0;
  std::map<std::string, std::string> passwords_;
  std::map<std::string, MemoryDatabase> databases_;
  std::vector<MemoryClient> clients_;
  std::vector<MemoryRepair> repairs_;
};

// The one user for whom no right is missing.
inline constexpr const char* memory_superuser = "postgres";

// Runs one statement as `role`; invalid = the server's refusal in its own words, and nothing changed.
Result<TextRows> run_statement(MemoryDatabase& database, const std::string& role, const std::string& statement);

}  // namespace refloat::simulation
