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
// Those of a JSON array of names that are there: `namespaces` is cut where there are many.
extern const char* const namespaces_named;
// Other sessions of this database that look like a migrator: pid, application, user, first words.
extern const char* const migrators;
// One row: backend pid, in recovery, superuser.
extern const char* const session;

// First in every transaction: whoever may create functions in a schema of the search path would have them called by our statements
// (PostgreSQL: "Writing SECURITY DEFINER Functions Safely").
extern const char* const safe_search_path;
// What the role or database has, for a statement of the user's own.
extern const char* const own_search_path;

}  // namespace refloat::queries
