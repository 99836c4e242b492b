// A stand-in for temporal-sql-tool on a real database: each statement commits by itself, the version row is written after a whole
// version, no lock is taken, errors that say "already exist" or "not found" are ignored and nothing else is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/sql_session.h"

namespace refloat {

struct ToolTarget {
  std::string connection;            // libpq's keyword form or URI
  std::string database;              // the name it is given, which it writes into schema_version.db_name
  std::string dialect = "temporal";  // temporal | temporal-visibility
  SqlOpener open = open_session;
};

// The tool dies after this many statements of this version; all of them = before the version row is written.
struct KillPoint {
  std::string version;
  int after_statements = 0;
};

struct ToolRun {
  int exit_code = 0;             // 0, 1, or 137 when killed
  std::vector<std::string> log;  // what a pod's log would show
  std::string error;             // the cause as the last line quotes it; empty on success
};

// setup-schema -v 0.0: makes the version tables; writes 0.0 where nothing newer is recorded for this name.
ToolRun setup_schema(const ToolTarget& target);

// update-schema: every version beyond the recorded one up to `target_version` (empty = the newest).
ToolRun update_schema(const ToolTarget& target, const std::string& target_version = {},
                      const std::optional<KillPoint>& kill = std::nullopt);

// How many statements a version has, for tests that kill after each.
int statements_in(const std::string& dialect, const std::string& version);

}  // namespace refloat
