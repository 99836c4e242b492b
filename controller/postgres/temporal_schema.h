// Reads a Temporal schema inside an open transaction. Internal to postgres/: libpqxx stays behind pqxx_database.
#pragma once

#include <pqxx/transaction_base>
#include <string>
#include <vector>

#include "model/database_reading.h"

namespace refloat {

enum class SchemaDepth {
  versions,   // catalog, rights and schema_version
  namespaces  // also namespace_metadata and namespaces, where they exist
};

// Both dialects; throws as libpqxx does.
TemporalSchema read_temporal_schema(pqxx::transaction_base& transaction, const std::string& dialect, SchemaDepth depth);

// Where there are more namespaces than are read: those of `declared` that are there, too.
void read_declared(pqxx::transaction_base& transaction, const std::vector<std::string>& declared, TemporalSchema& schema);

// Other clients at work in this database.
std::vector<MigratorSession> read_migrators(pqxx::transaction_base& transaction);

}  // namespace refloat
