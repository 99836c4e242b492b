// Every read that both a look and a repair's guard send. One source: what a plan prints is what is sent.
#pragma once

#include <string>

namespace refloat::queries {

// One row per (relation, column) of the marked relations: relname, relkind, attname, attnotnull, varchar width.
const std::string& catalog();
// One row: rights and existence. See temporal_schema.cpp for the columns.
extern const char* const rights;
extern const char* const versions;
extern const char* const metadata_rows;
extern const char* const namespaces_count;
extern const char* const namespaces;
// Other sessions of this database that look like a migrator: pid, application, user, first words.
extern const char* const migrators;
// One row: backend pid, in recovery, superuser.
extern const char* const session;

}  // namespace refloat::queries
