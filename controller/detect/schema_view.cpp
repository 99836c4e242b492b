#include "detect/schema_view.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "model/database_reading.h"
#include "model/evidence.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

namespace {

const VersionRow* own_row(const SchemaView& view) {
  const std::string name = server_name(view);
  const auto& rows = view.schema->versions;
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const VersionRow& row) { return row.db_name == name; });
  return found == rows.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<VersionRow>& rows) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const VersionRow& row : rows) names.push_back(row.db_name + " " + row.current);
  return printable(join(names, ", "), 120);
}

std::string version_words(const SchemaView& view) {
  if (view.schema->version_table && !view.schema->readable) return "exists, but may not be read";
  switch (version_table(view)) {
    case VersionTable::absent: return "does not exist";
    case VersionTable::empty: return "holds no row";
    case VersionTable::foreign_name: return "holds " + names_of(view.schema->versions) + ", nothing for " + server_name(view);
    case VersionTable::present: return printable(own_row(view)->current, 40);
  }
  return "?";
}

}  // namespace

SchemaView view_schema(const StackDatabase& database, const Snapshot& snapshot) {
  SchemaView view{&database};
  const auto found = snapshot.databases.find(database.name);
  if (found == snapshot.databases.end()) {
    view.why = "database " + database.name + " was not read";
    return view;
  }
  view.reading = &found->second;
  if (view.reading->reach == Reach::ok && view.reading->schema) {
    view.schema = &*view.reading->schema;
  } else {
    view.why = "database " + database.name + " could not be read" + (view.reading->detail.empty() ? "" : ": " + view.reading->detail);
  }
  return view;
}

VersionTable version_table(const SchemaView& view) {
  if (!view.schema->version_table) return VersionTable::absent;
  if (view.schema->versions.empty()) return VersionTable::empty;
  return own_row(view) != nullptr ? VersionTable::present : VersionTable::foreign_name;
}

std::optional<std::string> recorded_version(const SchemaView& view) {
  if (view.schema->version_table && !view.schema->readable) return std::nullopt;
  switch (version_table(view)) {
    case VersionTable::absent:
    case VersionTable::empty: return "0.0";
    case VersionTable::present: return own_row(view)->current;
    case VersionTable::foreign_name: return std::nullopt;
  }
  return std::nullopt;
}

std::string server_name(const SchemaView& view) {
  if (view.reading != nullptr && !view.reading->database.empty()) return view.reading->database;
  return view.database->connection.database.empty() ? view.database->name : view.database->connection.database;
}

Evidence quote_version(const SchemaView& view) {
  const std::string proven = view.schema->fingerprint.empty() ? "none" : view.schema->fingerprint;
  return {server_name(view) + ".schema_version",
          version_words(view) + " (tables prove " + proven + ", target " + view.database->target + ")", view.reading->at};
}

Evidence quote_metadata(const SchemaView& view) {
  std::string words = "does not exist";
  if (view.schema->metadata_table) words = "holds no row";
  if (!view.schema->metadata_rows.empty()) words = "(54321, " + std::to_string(view.schema->metadata_rows.front()) + ")";
  return {server_name(view) + ".namespace_metadata", words, view.reading->at};
}

Evidence quote_namespaces(const SchemaView& view) {
  std::string words = "does not exist";
  if (view.schema->namespaces_table)
    words = std::to_string(view.schema->namespaces_count) + (view.schema->namespaces_count == 1 ? " row" : " rows");
  if (!view.schema->namespaces.empty()) words += ": " + printable(join(view.schema->namespaces, ", "), 160);
  return {server_name(view) + ".namespaces", words, view.reading->at};
}

}  // namespace refloat
