#include "postgres/repair_guard.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "model/database_reading.h"
#include "model/versions.h"
#include "model/write.h"
#include "postgres/fingerprint.h"

namespace refloat {
namespace {

using Refusal = std::optional<std::string>;

std::string shown(const std::string& fingerprint) {
  return fingerprint.empty() ? "none" : fingerprint;
}

// What a schema_version with exactly one readable row says.
struct Recorded {
  VersionRow row;
  SchemaVersion version;
};

Refusal read_recorded(const TemporalSchema& schema, Recorded& recorded) {
  if (!schema.version_table) return "guard version: there is no table schema_version";
  if (!schema.readable) return "guard readable: this role may not read the schema";
  if (schema.versions.size() != 1) return "guard version: schema_version has " + std::to_string(schema.versions.size()) + " rows, not one";
  recorded.row = schema.versions[0];
  const auto version = parse_version(recorded.row.current);
  if (!version) return "guard version: the recorded version is not a version";
  recorded.version = *version;
  return std::nullopt;
}

Refusal own_name(const Recorded& recorded, const RepairScene& scene) {
  if (recorded.row.db_name == scene.database) return std::nullopt;
  return "guard name: the version row belongs to database " + recorded.row.db_name;
}

// The tables may be at most one version ahead: that is the version being interrupted. More means the row was reset.
Refusal not_reset(const Recorded& recorded, const RepairScene& scene) {
  const auto ahead = versions_between(recorded.row.current, scene.schema.fingerprint);
  if (!ahead || *ahead <= 1) return std::nullopt;
  return "guard fingerprint: the tables prove " + scene.schema.fingerprint + ", the recorded version is " + recorded.row.current;
}

// The tables must not be older than the recorded version, unless what is missing is what an interrupted version drops first.
Refusal not_behind(const Recorded& recorded, const RepairScene& scene) {
  const SchemaVersion known = std::min(recorded.version, newest_known(scene.dialect));
  const SchemaVersion proven = parse_version(scene.schema.fingerprint).value_or(SchemaVersion{0, 0});
  if (proven >= known || (!scene.schema.dropped.empty() && proven.minor + 1 >= known.minor)) return std::nullopt;
  return "guard fingerprint: the tables prove only " + shown(scene.schema.fingerprint) + ", the recorded version is " +
         recorded.row.current;
}

Refusal main_dialect(const RepairScene& scene) {
  if (scene.dialect == dialect_main) return std::nullopt;
  return "guard dialect: only the main schema has namespace_metadata";
}

Refusal refuse_removal(const Recorded& recorded, const RepairScene& scene) {
  const TemporalSchema& schema = scene.schema;
  if (auto other = main_dialect(scene)) return other;
  if (auto other = own_name(recorded, scene)) return other;
  if (recorded.version != SchemaVersion{0, 0}) return "guard version: the recorded version is " + recorded.row.current + ", not 0.0";
  if (auto reset = not_reset(recorded, scene)) return reset;
  if (!schema.namespaces_table) return "guard unused: there is no table namespaces";
  if (schema.namespaces_count != 0) return "guard unused: " + std::to_string(schema.namespaces_count) + " namespaces are registered";
  if (schema.metadata_rows != std::vector<std::int64_t>{1}) return "guard row: namespace_metadata does not hold exactly the never-used row";
  return std::nullopt;
}

Refusal refuse_insertion(const Recorded& recorded, const RepairScene& scene) {
  const TemporalSchema& schema = scene.schema;
  if (auto other = main_dialect(scene)) return other;
  if (auto other = own_name(recorded, scene)) return other;
  if (recorded.version < SchemaVersion{1, 0})
    return "guard version: at " + recorded.row.current + " the migration still has to insert this row itself";
  if (auto reset = not_reset(recorded, scene)) return reset;
  if (auto behind = not_behind(recorded, scene)) return behind;
  if (!schema.metadata_table || !schema.namespaces_table) return "guard tables: namespace_metadata or namespaces is missing";
  if (!schema.metadata_rows.empty()) return "guard row: namespace_metadata already holds the row";
  return std::nullopt;
}

Refusal refuse_rename(const Recorded& recorded, const RepairScene& scene) {
  if (recorded.row.db_name == scene.database) return "guard name: the version row already carries this database's name";
  if (auto reset = not_reset(recorded, scene)) return reset;
  return not_behind(recorded, scene);
}

Refusal refuse_recreation(const Recorded& recorded, const RepairScene& scene, std::vector<std::string> wanted) {
  if (auto other = own_name(recorded, scene)) return other;
  if (auto reset = not_reset(recorded, scene)) return reset;
  std::vector<std::string> missing = scene.schema.dropped;
  std::sort(missing.begin(), missing.end());
  std::sort(wanted.begin(), wanted.end());
  if (missing.empty()) return "guard objects: nothing is missing that version " + recorded.row.current + " needs";
  if (missing != wanted) return "guard objects: missing now is " + join(missing, ", ") + ", not what the repair was made for";
  return not_behind(recorded, scene);
}

}  // namespace

std::optional<std::string> refuse_beside(const std::vector<MigratorSession>& migrators) {
  if (migrators.empty()) return std::nullopt;
  return "guard migrator: session " + std::to_string(migrators[0].pid) + " is migrating (" + migrators[0].doing + ")";
}

std::optional<std::string> refuse_repair(RepairKind kind, const std::vector<std::string>& arguments, const RepairScene& scene) {
  if (auto others = refuse_beside(scene.migrators)) return others;
  Recorded recorded;
  if (auto unreadable = read_recorded(scene.schema, recorded)) return unreadable;
  switch (kind) {
    case RepairKind::remove_orphaned_metadata_row: return refuse_removal(recorded, scene);
    case RepairKind::insert_metadata_row: return refuse_insertion(recorded, scene);
    case RepairKind::rename_version_row: return refuse_rename(recorded, scene);
    case RepairKind::recreate_dropped_objects: return refuse_recreation(recorded, scene, arguments);
  }
  return "guard kind: unknown repair";
}

}  // namespace refloat
