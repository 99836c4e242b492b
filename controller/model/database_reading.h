// What one look into a Stack's database found. Sources: facts about Temporal 1.24-1.31 schemas, PostgreSQL 13+.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace refloat {

enum class Reach {
  ok,                   // connected and read
  refused_credentials,  // 28P01 / 28000, or a bouncer's "SASL authentication failed"
  no_database,          // 3D000: the database does not exist
  unreachable,          // connection refused, no route, unknown host, timeout, TLS failure, pg_hba
  not_accepting,        // 57P03 / 55000 / 53300: starting up, shutting down, or full
  unexamined,           // we did not look (no address reachable from here, Secret not readable, host not trusted)
};

const char* to_string(Reach reach);

struct VersionRow {
  std::string db_name;
  std::string current;
  std::string min_compatible;
};

// A session of another client that looks like a schema migrator.
struct MigratorSession {
  int pid = 0;
  std::string application;
  std::string user;
  std::string doing;  // first words of its statement, never values
};

// The tables of a Temporal database, read from pg_class / pg_attribute so that "missing" and "not allowed" differ.
struct TemporalSchema {
  bool version_table = false;  // schema_version exists, readable or not
  bool readable = false;       // USAGE on the schema and SELECT on what exists
  bool can_create = false;     // CREATE on schema public
  std::vector<VersionRow> versions;
  std::string fingerprint;                  // newest version the tables prove ("1.0".."1.18"; visibility "1.0".."1.9"); "" = none
  int tables = 0;                           // ordinary tables in the schema, schema_version and schema_update_history not counted
  bool metadata_table = false;              // namespace_metadata exists
  std::vector<std::int64_t> metadata_rows;  // notification_version of partition 54321; at most one row
  bool namespaces_table = false;
  std::vector<std::string> namespaces;  // names, at most 200
  std::int64_t namespaces_count = 0;
  // Things a later version drops that are gone although the recorded version needs them: each makes the next update fail.
  std::vector<std::string> dropped;
};

// Answer of the Stack's own bootstrap query.
struct ExpectAnswer {
  bool asked = false;
  bool holds = false;
  std::string error;
};

struct DatabaseReading {
  std::string name;  // as in the Stack
  Time at{};
  Reach reach = Reach::unexamined;
  std::string detail;    // the server's or client's words, redacted; or why we did not look
  std::string address;   // host:port/database
  std::string database;  // the database connected to: what schema_version.db_name must be
  std::string user;
  bool direct = true;        // false = a pooler answers (backend pid differs)
  bool in_recovery = false;  // a standby
  // The primary itself was read: neither a pooler, which may lead anywhere, nor a standby, which may lag behind.
  [[nodiscard]] bool answers_for_itself() const { return reach == Reach::ok && direct && !in_recovery; }
  bool superuser = false;
  int server_version = 0;  // e.g. 150018
  std::vector<MigratorSession> migrators;
  std::optional<TemporalSchema> schema;
  ExpectAnswer expect;
};

// For cases and snapshots: every member by its name in camelCase; unknown keys are errors.
Json to_json(const DatabaseReading& reading);
Result<DatabaseReading> database_reading_from_json(const Json& json);

}  // namespace refloat
