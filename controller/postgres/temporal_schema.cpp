#include "postgres/temporal_schema.h"

#include <algorithm>
#include <cstdint>
#include <pqxx/result>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "model/database_reading.h"
#include "model/versions.h"
#include "postgres/catalog.h"
#include "postgres/fingerprint.h"
#include "postgres/queries.h"

namespace refloat {
namespace {

Catalog read_catalog(pqxx::transaction_base& transaction) {
  Catalog catalog;
  for (const auto& row : transaction.exec(queries::catalog())) {
    const std::string relation = row[0].c_str();
    const char kind = row[1].c_str()[0];
    if (kind == 'i' || kind == 'I') {
      catalog.indexes.insert(relation);
      continue;
    }
    catalog.tables.insert(relation);
    if (!row[2].is_null()) catalog.columns[relation + "." + row[2].c_str()] = {row[3].as<bool>(), row[4].as<int>()};
  }
  return catalog;
}

void read_rights(pqxx::transaction_base& transaction, TemporalSchema& schema) {
  const pqxx::result rows = transaction.exec(queries::rights);
  if (rows.empty()) return;
  const pqxx::row row = rows[0];
  const bool usage = row["usage"].as<bool>();
  schema.can_create = row["create_right"].as<bool>();
  schema.tables = row["tables"].as<int>();
  schema.version_table = row["version_table"].as<bool>();
  schema.metadata_table = row["metadata_table"].as<bool>();
  schema.namespaces_table = row["namespaces_table"].as<bool>();
  schema.readable = usage && row["selectable"].as<bool>();
}

void read_versions(pqxx::transaction_base& transaction, TemporalSchema& schema) {
  if (!schema.version_table) return;
  for (const auto& row : transaction.exec(queries::versions)) {
    schema.versions.push_back({printable(row[0].c_str()), printable(row[1].c_str()), printable(row[2].c_str())});
  }
}

void read_namespaces(pqxx::transaction_base& transaction, TemporalSchema& schema) {
  if (schema.metadata_table) {
    for (const auto& row : transaction.exec(queries::metadata_rows)) schema.metadata_rows.push_back(row[0].as<std::int64_t>());
  }
  if (!schema.namespaces_table) return;
  schema.namespaces_count = transaction.exec(queries::namespaces_count)[0][0].as<std::int64_t>();
  for (const auto& row : transaction.exec(queries::namespaces)) schema.namespaces.push_back(printable(row[0].c_str()));
}

}  // namespace

TemporalSchema read_temporal_schema(pqxx::transaction_base& transaction, const std::string& dialect, SchemaDepth depth) {
  TemporalSchema schema;
  const Catalog catalog = read_catalog(transaction);
  schema.fingerprint = fingerprint(catalog, dialect);
  read_rights(transaction, schema);
  if (schema.readable) read_versions(transaction, schema);
  if (schema.readable && depth == SchemaDepth::namespaces) read_namespaces(transaction, schema);
  if (schema.versions.size() == 1) {
    if (const auto recorded = parse_version(schema.versions[0].current)) schema.dropped = missing_objects(catalog, dialect, *recorded);
  }
  return schema;
}

void read_declared(pqxx::transaction_base& transaction, const std::vector<std::string>& declared, TemporalSchema& schema) {
  const bool cut = schema.namespaces_count > static_cast<std::int64_t>(schema.namespaces.size());
  if (declared.empty() || !cut) return;
  auto& there = schema.namespaces;
  for (const auto& row : transaction.exec_params(queries::namespaces_named, Json(declared).dump())) {
    const std::string name = printable(row[0].c_str());
    if (std::find(there.begin(), there.end(), name) == there.end()) there.push_back(name);
  }
}

std::vector<MigratorSession> read_migrators(pqxx::transaction_base& transaction) {
  std::vector<MigratorSession> sessions;
  for (const auto& row : transaction.exec(queries::migrators)) {
    sessions.push_back({row[0].as<int>(), printable(row[1].c_str(), 80), printable(row[2].c_str(), 80), printable(row[3].c_str(), 80)});
  }
  return sessions;
}

}  // namespace refloat
