// One Temporal database as the facts see it: its reading, or why there is none to judge by.
#pragma once

#include <optional>
#include <string>

#include "detect/fact.h"
#include "model/database_reading.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

struct SchemaView {
  const StackDatabase* database = nullptr;
  const DatabaseReading* reading = nullptr;
  const TemporalSchema* schema = nullptr;  // null = not read
  std::string why = {};                    // why not
};

SchemaView view_schema(const StackDatabase& database, const Snapshot& snapshot);

// What schema_version says about this database.
enum class VersionTable { present, absent, empty, foreign_name };
VersionTable version_table(const SchemaView& view);

// The version recorded for this database; "0.0" when nothing is recorded; nothing when it cannot be known (not readable, other names only).
std::optional<std::string> recorded_version(const SchemaView& view);

// The database's own name on its server.
std::string server_name(const SchemaView& view);

// Quotations for reports.
Evidence quote_version(const SchemaView& view);
Evidence quote_metadata(const SchemaView& view);
Evidence quote_namespaces(const SchemaView& view);

}  // namespace refloat
