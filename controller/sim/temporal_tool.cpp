#include "sim/temporal_tool.h"

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "model/versions.h"
#include "sim/sql_session.h"
#include "sim/temporal_migrations.h"

namespace refloat {
namespace {

// The tool as if killed: nothing is tidied up.
struct Killed {};

// A failure in the tool's own words.
struct ToolFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Tool {
 public:
  Tool(const ToolTarget& target, ToolRun& run) : target_(target), run_(run) {}

  void connect() {
    auto opened = target_.open(target_.connection);
    if (!opened) {
      log("ERROR", "sql handle: unable to refresh database connection pool", driver_words(opened.error().message));
      throw ToolFailure("no usable database connection found");
    }
    session_ = std::move(*opened);
  }

  void setup() {
    execute(
        "CREATE TABLE IF NOT EXISTS schema_version (version_partition integer NOT NULL, db_name varchar(255) NOT NULL, creation_time "
        "timestamp, "
        "curr_version varchar(64), min_compatible_version varchar(64), PRIMARY KEY (version_partition, db_name))");
    execute(
        "CREATE TABLE IF NOT EXISTS schema_update_history (version_partition integer NOT NULL, year integer NOT NULL, month integer NOT "
        "NULL, "
        "update_time timestamp NOT NULL, description varchar(255), manifest_md5 varchar(64), new_version varchar(64), old_version "
        "varchar(64), "
        "PRIMARY KEY (version_partition, year, month, update_time))");
    std::string recorded = "0.0";
    try {
      recorded = read_version();
    } catch (const std::exception&) {  // the tool takes a version it cannot read for 0.0
      recorded = "0.0";
    }
    if (compare_versions(recorded, "0.0").value_or(0) > 0) {
      log("DEBUG", "Current database schema version " + recorded + " is greater than initial schema version 0.0. Skip version upgrade");
      return;
    }
    write_version("0.0", "0.0");
    write_history("0", "0.0");
  }

  void update(const std::string& target_version, const std::optional<KillPoint>& kill) {
    std::string recorded;
    try {
      recorded = read_version();
    } catch (const std::exception& caught) {
      throw ToolFailure("error reading current schema version:" + std::string(caught.what()));
    }
    for (const Migration& migration : temporal_migrations(target_.dialect)) {
      const std::string version = std::to_string(migration.version.major) + "." + std::to_string(migration.version.minor);
      if (compare_versions(version, recorded).value_or(0) <= 0) continue;
      if (!target_version.empty() && compare_versions(version, target_version).value_or(1) > 0) break;
      log("INFO", "Executing update statements for version " + version);
      apply(migration, kill && kill->version == version ? kill->after_statements : -1);
      write_version(version, migration.min_compatible);
      write_history(recorded, version);
      recorded = version;
    }
    log("INFO", "UpdateSchemaTask done");
  }

  void log(const std::string& level, const std::string& message, const std::string& error = {}) {
    run_.log.push_back(level + "\t" + message +
                       (error.empty() ? "" : "\t{\"error\": " + Json(error).dump(-1, ' ', false, Json::error_handler_t::replace) + "}"));
  }

 private:
  TextRows execute(const std::string& statement) {
    auto rows = session_->run(statement);
    if (!rows) throw ToolFailure(driver_words(rows.error().message));
    return *rows;
  }

  std::string read_version() {
    const auto rows =
        execute("SELECT curr_version FROM schema_version WHERE version_partition = 0 AND db_name = " + quoted(target_.database));
    if (rows.empty()) throw ToolFailure("sql: no rows in result set");
    return rows[0][0];
  }

  void apply(const Migration& migration, int kill_after) {
    int done = 0;
    for (const std::string& statement : migration.statements) {
      if (done++ == kill_after) throw Killed{};
      apply_one(statement);
    }
    if (done == kill_after) throw Killed{};
  }

  void apply_one(const std::string& statement) {
    try {
      execute(statement);
    } catch (const ToolFailure& failure) {
      const std::string words = failure.what();
      if (words.find("already exist") == std::string::npos && words.find("not found") == std::string::npos) {
        throw ToolFailure("error executing statement: " + words);
      }
      log("WARN", "Duplicate update, most likely due to previous partially succeeded update attempt. Ignoring it and continue.", words);
    }
  }

  void write_version(const std::string& version, const std::string& min_compatible) {
    execute("INSERT INTO schema_version VALUES (0, " + quoted(target_.database) + ", now(), " + quoted(version) + ", " +
            quoted(min_compatible) +
            ") ON CONFLICT (version_partition, db_name) DO UPDATE SET creation_time = excluded.creation_time, curr_version = "
            "excluded.curr_version, "
            "min_compatible_version = excluded.min_compatible_version");
  }

  void write_history(const std::string& from, const std::string& to) {
    execute(
        "INSERT INTO schema_update_history VALUES (0, extract(year FROM now()), extract(month FROM now()), clock_timestamp(), '', '', " +
        quoted(to) + ", " + quoted(from) + ")");
  }

  const ToolTarget& target_;
  ToolRun& run_;
  std::unique_ptr<SqlSession> session_;
};

template <class Work>
ToolRun run_tool(const ToolTarget& target, const std::string& unable, const Work& work) {
  ToolRun run;
  Tool tool(target, run);
  try {
    tool.connect();
    work(tool);
  } catch (const Killed&) {
    run.exit_code = 137;
  } catch (const std::exception& failure) {
    run.exit_code = 1;
    run.error = failure.what();
    tool.log("ERROR", unable, run.error);
  }
  return run;
}

}  // namespace

ToolRun setup_schema(const ToolTarget& target) {
  return run_tool(target, "Unable to setup SQL schema.", [](Tool& tool) { tool.setup(); });
}

ToolRun update_schema(const ToolTarget& target, const std::string& target_version, const std::optional<KillPoint>& kill) {
  return run_tool(target, "Unable to update SQL schema.", [&](Tool& tool) { tool.update(target_version, kill); });
}

int statements_in(const std::string& dialect, const std::string& version) {
  for (const Migration& migration : temporal_migrations(dialect)) {
    const auto wanted = parse_version(version);
    if (wanted && migration.version == *wanted) return static_cast<int>(migration.statements.size());
  }
  return 0;
}

}  // namespace refloat
