#include "postgres/repair_script.h"

#include <string>
#include <vector>

#include "base/result.h"
#include "model/write.h"
#include "postgres/database.h"
#include "postgres/fingerprint.h"
#include "postgres/queries.h"

namespace refloat {
namespace {

// Our replicas' common key: "refloat" in hex, cut to what fits.
constexpr const char* advisory_lock = "SELECT pg_try_advisory_xact_lock(32195222421724257)";

constexpr const char* remove_row =
    "DELETE FROM public.namespace_metadata WHERE partition_id = 54321 AND notification_version = 1 "
    "AND NOT EXISTS (SELECT FROM public.namespaces) "
    "AND EXISTS (SELECT FROM public.schema_version WHERE version_partition = 0 AND db_name = current_database() AND curr_version = '0.0') "
    "RETURNING to_jsonb(namespace_metadata)";

constexpr const char* insert_row =
    "INSERT INTO public.namespace_metadata (partition_id, notification_version) "
    "SELECT 54321, coalesce(max(notification_version), 0) + 1 FROM public.namespaces ON CONFLICT DO NOTHING RETURNING "
    "to_jsonb(namespace_metadata)";

constexpr const char* rename_row =
    "UPDATE public.schema_version SET db_name = current_database() FROM public.schema_version AS before "
    "WHERE schema_version.version_partition = 0 AND schema_version.db_name <> current_database() "
    "AND before.version_partition = schema_version.version_partition AND before.db_name = schema_version.db_name RETURNING "
    "to_jsonb(before)";

std::vector<std::string> locks_of(RepairKind kind) {
  return {std::string("LOCK TABLE public.schema_version") + (about_metadata_row(kind) ? ", public.namespace_metadata" : "") +
          " IN SHARE ROW EXCLUSIVE MODE"};
}

std::vector<std::string> looks_of(RepairKind kind) {
  std::vector<std::string> looks{queries::migrators, queries::catalog(), queries::rights, queries::versions};
  if (about_metadata_row(kind)) looks.insert(looks.end(), {queries::metadata_rows, queries::namespaces_count, queries::namespaces});
  return looks;
}

Result<std::vector<std::string>> dummies(const std::vector<std::string>& names) {
  if (names.empty()) return Error{ErrorKind::invalid, "no objects are named"};
  std::vector<std::string> statements;
  for (const std::string& name : names) {
    const DroppedObject* object = find_dropped_object(name);
    if (object == nullptr) return Error{ErrorKind::invalid, "\"" + name + "\" is nothing that a migration drops"};
    statements.push_back(object->dummy);
  }
  return statements;
}

}  // namespace

bool about_metadata_row(RepairKind kind) {
  return kind == RepairKind::remove_orphaned_metadata_row || kind == RepairKind::insert_metadata_row;
}

std::vector<std::string> RepairScript::all(bool rehearse) const {
  std::vector<std::string> statements = open;
  statements.push_back(serialise);
  for (const auto* part : {&locks, &look, &change}) statements.insert(statements.end(), part->begin(), part->end());
  statements.push_back(look_again);
  statements.emplace_back(rehearse ? "ROLLBACK" : "COMMIT");
  return statements;
}

Result<RepairScript> repair_script(RepairKind kind, const std::vector<std::string>& arguments) {
  RepairScript script;
  script.open = {"BEGIN", queries::safe_search_path, "SET LOCAL lock_timeout = '3s'", "SET LOCAL statement_timeout = '15s'",
                 "SET LOCAL idle_in_transaction_session_timeout = '30s'"};
  script.serialise = advisory_lock;
  script.locks = locks_of(kind);
  script.look = looks_of(kind);
  script.look_again = queries::migrators;
  script.returns_rows = true;
  switch (kind) {
    case RepairKind::remove_orphaned_metadata_row: script.change = {remove_row}; break;
    case RepairKind::insert_metadata_row: script.change = {insert_row}; break;
    case RepairKind::rename_version_row: script.change = {rename_row}; break;
    case RepairKind::recreate_dropped_objects: {
      auto made = dummies(arguments);
      if (!made) return made.error();
      script.change = *made;
      script.returns_rows = false;
      break;
    }
  }
  return script;
}

std::vector<std::string> repair_statements(RepairKind kind, const std::vector<std::string>& arguments) {
  const auto script = repair_script(kind, arguments);
  return script ? script->all(false) : std::vector<std::string>{};
}

}  // namespace refloat
