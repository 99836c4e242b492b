// A real PostgreSQL shared by the whole program; every test works in databases of its own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "postgres/fingerprint.h"
#include "postgres/pqxx_database.h"
#include "sim/postgres_server.h"
#include "sim/temporal_tool.h"

namespace refloat::test {

inline constexpr const char* role = "temporal";
inline constexpr const char* canary = "canary'pass\\word @/:#%";  // must never be seen anywhere

// The one server; started on first use.
PostgresServer& server();

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // A fresh database owned by the role.
  void create(const std::string& owner = role, const std::string& template_database = "template0");
  ToolTarget tool() const;
  DatabaseTarget target() const;
  DatabaseReading read() { return access_.read(target(), Time{}); }
  TemporalSchema schema();
  void sql(const std::string& statement);
  // Waits, a few seconds at most, until no other session is left in the database.
  void let_sessions_end() const;
  // Schema and data as pg_dump writes them.
  std::string dump() const;
  Result<RepairAnswer> repair(RepairKind kind, const std::vector<std::string>& arguments = {}, bool rehearse = false);
  // Setup and update, both successful.
  void migrate(const std::string& to = {});
  // Setup, then an update that dies there.
  void kill_at(const std::string& version, int statements);
  // As a server that ran once leaves it.
  void use();

  PqxxDatabase access_;
  std::string database_;
  std::string dialect_ = dialect_main;
};

// Every repair with arguments that fit nothing in particular.
std::vector<std::pair<RepairKind, std::vector<std::string>>> all_repairs();

}  // namespace refloat::test
