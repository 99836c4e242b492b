// Which schema version the tables themselves prove, whatever schema_version says; and what an interrupted version took away too early.
// Source: the versioned schemas of Temporal 1.29 (main to 1.18, visibility to 1.9).
#pragma once

#include <string>
#include <vector>

#include "model/versions.h"
#include "postgres/catalog.h"

namespace refloat {

// Dialects of a Stack's databases.
inline constexpr const char* dialect_main = "temporal";
inline constexpr const char* dialect_visibility = "temporal-visibility";

// The newest version whose own mark is there ("1.18"); "" = not even 1.0's.
std::string fingerprint(const Catalog& catalog, const std::string& dialect);

// The newest version this program can recognise.
SchemaVersion newest_known(const std::string& dialect);

// Something that version `made_in` made and version `dropped_in` drops without looking whether it is there.
struct DroppedObject {
  std::string name;  // "table x", "column x.y" or "index z", as reports and repairs call it
  SchemaVersion made_in, dropped_in;
  std::string dummy;  // the statement that makes something for the migration to drop
};

// Every such object of a dialect, in the order its migrations drop them.
const std::vector<DroppedObject>& dropped_objects(const std::string& dialect);

// Names of those that the recorded version must have and that are gone: each makes the next update fail.
std::vector<std::string> missing_objects(const Catalog& catalog, const std::string& dialect, const SchemaVersion& recorded);

// The dummy for one name of either dialect; nullptr for a name that is none of them.
const DroppedObject* find_dropped_object(const std::string& name);

// Names of all tables and indexes the marks rest on, for the catalog query.
std::vector<std::string> marked_relations();

}  // namespace refloat
