#include "postgres/queries.h"

#include <string>

#include "base/text.h"
#include "postgres/fingerprint.h"

namespace refloat::queries {

const std::string& catalog() {
  static const std::string text =
      "SELECT c.relname, c.relkind, a.attname, coalesce(a.attnotnull, false), "
      "CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE -1 END "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') "
      "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'i', 'I') AND c.relname IN ('" +
      join(marked_relations(), "', '") + "')";
  return text;
}

// A missing table's right reads as true: what is not there needs none.
const char* const rights =
    "SELECT coalesce(bool_or(has_schema_privilege(n.oid, 'USAGE')), false) AS usage, "
    "coalesce(bool_or(has_schema_privilege(n.oid, 'CREATE')), false) AS create_right, "
    "count(c.oid) FILTER (WHERE c.relname NOT IN ('schema_version', 'schema_update_history')) AS tables, "
    "coalesce(bool_or(c.relname = 'schema_version'), false) AS version_table, "
    "coalesce(bool_or(c.relname = 'namespace_metadata'), false) AS metadata_table, "
    "coalesce(bool_or(c.relname = 'namespaces'), false) AS namespaces_table, "
    "coalesce(bool_and(has_table_privilege(c.oid, 'SELECT')) "
    "FILTER (WHERE c.relname IN ('schema_version', 'namespace_metadata', 'namespaces')), true) AS selectable "
    "FROM pg_catalog.pg_namespace n LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p') "
    "WHERE n.nspname = 'public'";

const char* const versions =
    "SELECT db_name, curr_version, coalesce(min_compatible_version, '') FROM public.schema_version WHERE version_partition = 0 ORDER BY "
    "db_name LIMIT "
    "20";

const char* const metadata_rows = "SELECT notification_version FROM public.namespace_metadata WHERE partition_id = 54321";

const char* const namespaces_count = "SELECT count(*) FROM public.namespaces";

const char* const namespaces = "SELECT name FROM public.namespaces ORDER BY name LIMIT 200";

const char* const namespaces_named = "SELECT name FROM public.namespaces WHERE name IN (SELECT jsonb_array_elements_text($1::jsonb))";

const char* const safe_search_path = "SET LOCAL search_path = pg_catalog, pg_temp";
const char* const own_search_path = "SET LOCAL search_path = DEFAULT";

// Only keywords and a name are taken from the statement: its values may be secret. Sessions of ours are not migrators.
const char* const migrators =
    "SELECT s.pid, coalesce(s.application_name, ''), coalesce(s.usename, ''), coalesce(substring(s.said FROM "
    "'^[[:alpha:]]+(?:[[:space:]]+[\"[:alpha:]_]["
    "\"[:alnum:]_.]*){0,4}'), 'holds a lock') "
    "FROM (SELECT a.*, regexp_replace(a.query, '^([[:space:]]|--[^\\n]*(\\n|$))+', '') AS said FROM pg_catalog.pg_stat_activity a "
    "WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND coalesce(a.application_name, '') <> 'refloat') s "
    "WHERE ((s.said ~* '^(create|alter|drop|truncate|comment|reindex)\\M' OR s.said ~* '\\mschema_(version|update_history)\\M') "
    "AND (s.state <> 'idle' OR s.state_change > clock_timestamp() - interval '5 seconds')) "
    "OR EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = s.pid AND l.granted AND l.locktype = 'relation' AND l.relation >= 16384 "
    "AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) "
    "ORDER BY s.pid LIMIT 10";

const char* const session =
    "SELECT pg_backend_pid(), pg_is_in_recovery(), coalesce((SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user), "
    "false)";

}  // namespace refloat::queries
