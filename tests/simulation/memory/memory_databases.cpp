// Refloat's port to the model: the same readings and the same guarded repairs as postgres/pqxx_database makes of a real server.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "model/versions.h"
#include "postgres/connect_failure.h"
#include "postgres/conninfo.h"
#include "postgres/fingerprint.h"
#include "postgres/repair_guard.h"
#include "postgres/repair_script.h"
#include "simulation/memory/memory_server.h"

namespace refloat::simulation {

namespace {

const std::vector<MemoryRow>& rows_of(const MemorySchema& schema, const char* table) {
  static const std::vector<MemoryRow> none;
  const auto found = schema.tables.find(table);
  return found == schema.tables.end() ? none : found->second.rows;
}

// Every right that a reading asks about, for a role that is not a superuser.
bool may_read(const MemoryDatabase& database, const std::string& role) {
  if (database.owner != role && !database.schema.usage) return false;
  return std::all_of(database.schema.tables.begin(), database.schema.tables.end(), [&](const auto& table) {
    const bool asked = table.first == "schema_version" || table.first == "namespace_metadata" || table.first == "namespaces";
    return !asked || table.second.owner == role;
  });
}

void read_rows(const MemorySchema& schema, bool deep, TemporalSchema& reading) {
  for (const MemoryRow& row : rows_of(schema, "schema_version"))
    reading.versions.push_back({row.at("db_name"), row.at("curr_version"), row.at("min_compatible_version")});
  std::sort(reading.versions.begin(), reading.versions.end(),
            [](const VersionRow& a, const VersionRow& b) { return a.db_name < b.db_name; });
  if (!deep) return;
  for (const MemoryRow& row : rows_of(schema, "namespace_metadata"))
    reading.metadata_rows.push_back(std::atoll(row.at("notification_version").c_str()));
  for (const MemoryRow& row : rows_of(schema, "namespaces")) reading.namespaces.push_back(row.at("name"));
  std::sort(reading.namespaces.begin(), reading.namespaces.end());
  reading.namespaces_count = static_cast<std::int64_t>(reading.namespaces.size());
}

TemporalSchema read_schema(const MemoryDatabase& database, const std::string& role, const std::string& dialect, bool deep) {
  const MemorySchema& schema = database.schema;
  const Catalog catalog = schema.catalog();
  TemporalSchema reading;
  reading.fingerprint = fingerprint(catalog, dialect);
  reading.can_create = database.owner == role;
  reading.tables =
      static_cast<int>(schema.tables.size() - schema.tables.count("schema_version") - schema.tables.count("schema_update_history"));
  reading.version_table = catalog.has_table("schema_version");
  reading.metadata_table = catalog.has_table("namespace_metadata");
  reading.namespaces_table = catalog.has_table("namespaces");
  reading.readable = may_read(database, role);
  if (reading.readable) read_rows(schema, deep, reading);
  if (reading.versions.size() == 1) {
    if (const auto recorded = parse_version(reading.versions[0].current)) reading.dropped = missing_objects(catalog, dialect, *recorded);
  }
  return reading;
}

// Whoever is connected and whose last statement is a migration's. (A real server forgets one that has been idle for five seconds.)
std::vector<MigratorSession> migrators_in(MemoryServer& server, const std::string& database) {
  std::vector<MigratorSession> out;
  for (const MemoryClient& client : server.clients()) {
    const bool migrates = client.last.starts_with("CREATE ") || client.last.starts_with("ALTER ") || client.last.starts_with("DROP ") ||
                          client.last.find("schema_version") != std::string::npos;
    if (client.database == database && migrates)
      out.push_back({client.pid, "", client.user, client.last.substr(0, client.last.find_first_of("('"))});
  }
  return out;
}

class MemoryDatabases final : public DatabaseAccess {
 public:
  explicit MemoryDatabases(MemoryServer& server) : server_(server) {}

  DatabaseReading read(const DatabaseTarget& target, Time now) override {
    DatabaseReading reading;
    reading.name = target.name;
    reading.at = now;
    reading.address = address_of(target);
    reading.database = target.database.empty() ? target.user : target.database;
    reading.user = target.user;
    if (const std::string why = refusal(target); !why.empty()) {
      reading.reach = classify_connect_failure(why);
      reading.detail = safe_words(why, target.password);
      return reading;
    }
    const MemoryDatabase& database = *server_.find(reading.database);
    reading.reach = Reach::ok;
    reading.server_version = server_.version();
    reading.migrators = migrators_in(server_, reading.database);
    if (target.dialect == dialect_main || target.dialect == dialect_visibility)
      reading.schema = read_schema(database, target.user, target.dialect, true);
    return reading;
  }

  LoginAnswer try_login(const DatabaseTarget& target, std::string& detail) override {
    const std::string why = refusal(target);
    detail = why.empty() ? "" : safe_words(why, target.password);
    const Reach reach = why.empty() ? Reach::ok : classify_connect_failure(why);
    if (reach == Reach::ok || reach == Reach::no_database) return LoginAnswer::accepted;
    return reach == Reach::refused_credentials ? LoginAnswer::refused : LoginAnswer::not_tried;
  }

  Result<RepairAnswer> repair(const DatabaseTarget& target, const RepairRequest& request) override {
    auto script = repair_script(request.kind, request.arguments);
    if (!script) return script.error();
    if (const std::string why = refusal(target); !why.empty())
      return Error{kind_of(classify_connect_failure(why)), "connect to " + target.name + ": " + safe_words(why, target.password)};
    MemoryDatabase& database = *server_.find(target.database);
    if (auto locked = lock(database, target.user, request.kind); !locked) return locked.error();
    RepairScene scene;
    scene.dialect = target.dialect;
    scene.database = target.database;
    scene.schema = read_schema(database, target.user, target.dialect, about_metadata_row(request.kind));
    scene.migrators = migrators_in(server_, target.database);
    if (const auto guard = refuse_repair(request.kind, request.arguments, scene))
      return Error{ErrorKind::invalid, *guard + "; nothing was changed"};
    return change(database, target, request, *script);
  }

 private:
  [[nodiscard]] std::string refusal(const DatabaseTarget& target) const {
    return server_.refusal(target.user, std::string(target.password.reveal()), target.database.empty() ? target.user : target.database);
  }

  // LOCK TABLE refuses what is not there before any guard looks.
  static Result<> lock(const MemoryDatabase& database, const std::string& role, RepairKind kind) {
    std::vector<std::string> tables{"schema_version"};
    if (about_metadata_row(kind)) tables.emplace_back("namespace_metadata");
    for (const std::string& name : tables) {
      if (database.owner != role && !database.schema.usage)
        return sql_error(ErrorKind::denied, "permission denied for schema public", "42501");
      const auto table = database.schema.tables.find(name);
      if (table == database.schema.tables.end())
        return sql_error(ErrorKind::invalid, "relation \"public." + name + "\" does not exist", "42P01");
      if (table->second.owner != role) return sql_error(ErrorKind::denied, "permission denied for table " + name, "42501");
    }
    return ok();
  }
  static Error sql_error(ErrorKind kind, const std::string& words, const std::string& state) {
    return {kind, "ERROR:  " + words + " (" + state + "); nothing was changed"};
  }

  Result<RepairAnswer> change(MemoryDatabase& database, const DatabaseTarget& target, const RepairRequest& request,
                              const RepairScript& script) {
    const MemorySchema before = database.schema;
    RepairAnswer answer;
    if (request.kind == RepairKind::recreate_dropped_objects) {
      for (const std::string& statement : script.change) {
        const auto made = run_statement(database, target.user, statement);
        if (!made) {
          database.schema = before;
          return Error{ErrorKind::invalid, made.error().message + "; nothing was changed"};
        }
        ++answer.rows;
      }
    } else {
      change_row(database.schema, target.database, request.kind, answer);
    }
    const std::string what = script.returns_rows ? " row" : " object";
    answer.message =
        std::to_string(answer.rows) + what + (answer.rows == 1 ? "" : "s") + (request.rehearse ? " would change; rolled back" : " changed");
    if (request.rehearse)
      database.schema = before;
    else
      server_.repairs().push_back({target.database, request.kind, answer.rows});
    return answer;
  }

  // The guard has proven that exactly one row is concerned.
  static void change_row(MemorySchema& schema, const std::string& name, RepairKind kind, RepairAnswer& answer) {
    answer.rows = 1;
    std::vector<MemoryRow>& metadata = schema.tables["namespace_metadata"].rows;
    std::vector<MemoryRow>& versions = schema.tables["schema_version"].rows;
    if (kind == RepairKind::remove_orphaned_metadata_row) {
      answer.removed = Json::array({metadata_json(metadata.front())});
      metadata.clear();
    } else if (kind == RepairKind::insert_metadata_row) {
      long long newest = 0;
      for (const MemoryRow& row : rows_of(schema, "namespaces"))
        newest = std::max(newest, std::atoll(row.at("notification_version").c_str()));
      metadata.push_back({{"partition_id", "54321"}, {"notification_version", std::to_string(newest + 1)}});
    } else {
      answer.removed = Json::array({version_json(versions.front())});
      versions.front()["db_name"] = name;
    }
  }
  // Nothing asks the model when a row was written.
  static Json version_json(const MemoryRow& row) {
    return {{"version_partition", 0},
            {"db_name", row.at("db_name")},
            {"creation_time", nullptr},
            {"curr_version", row.at("curr_version")},
            {"min_compatible_version", row.at("min_compatible_version")}};
  }
  static Json metadata_json(const MemoryRow& row) {
    return {{"partition_id", 54321}, {"notification_version", std::atoll(row.at("notification_version").c_str())}};
  }

  MemoryServer& server_;
};

}  // namespace

std::unique_ptr<DatabaseAccess> MemoryServer::access() {
  return std::make_unique<MemoryDatabases>(*this);
}

}  // namespace refloat::simulation
