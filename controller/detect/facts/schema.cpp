// schema: what the tables of a Temporal database say (schema_version, namespace_metadata, namespaces, pg_class). PostgreSQL,
// Temporal 1.24-1.31.
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "detect/schema_view.h"
#include "model/playbook.h"
#include "model/versions.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

std::vector<std::string> words_of(const Json& value) {
  return list_param(Json{{"words", value}}, "words").value_or(std::vector<std::string>{});
}

// The schema may hold this table, but we may not look inside.
bool hidden(const SchemaView& view, bool table_exists) {
  return table_exists && !view.schema->readable;
}

Judgement not_readable(const SchemaView& view) {
  return judged_unknown("the tables of database " + view.database->name + " may not be read");
}

Judgement judge_version_table(const Json& wanted, const SchemaView& view) {
  std::string word = "absent";
  switch (version_table(view)) {
    case VersionTable::present: word = "present"; break;
    case VersionTable::absent: break;
    case VersionTable::empty: word = "empty"; break;
    case VersionTable::foreign_name: word = "foreignName"; break;
  }
  if (hidden(view, view.schema->version_table)) return not_readable(view);
  return judged(contains(words_of(wanted), word), {quote_version(view)});
}

Judgement judge_version(const Json& wanted, const SchemaView& view) {
  if (hidden(view, view.schema->version_table)) return not_readable(view);
  const auto version = recorded_version(view);
  return judged(version && meets_bound(wanted, *version), {quote_version(view)});
}

Judgement judge_target(const Json& wanted, const SchemaView& view) {
  if (hidden(view, view.schema->version_table)) return not_readable(view);
  const auto version = recorded_version(view);
  const auto order = version ? compare_versions(*version, view.database->target) : std::nullopt;
  if (!order) return judged_no({quote_version(view)});
  const char* word = *order < 0 ? "behind" : *order == 0 ? "reached" : "exceeded";
  return judged(contains(words_of(wanted), word), {quote_version(view)});
}

Judgement judge_tables_prove(const Json& wanted, const SchemaView& view) {
  if (hidden(view, view.schema->version_table)) return not_readable(view);
  const auto version = recorded_version(view);
  const std::string proven = view.schema->fingerprint.empty() ? "0.0" : view.schema->fingerprint;
  const auto beyond = version ? versions_between(*version, proven) : std::nullopt;
  if (!beyond) return judged_no({quote_version(view)});
  const char* word = *beyond < 0 ? "earlierVersion" : *beyond == 0 ? "sameVersion" : *beyond == 1 ? "nextVersion" : "laterVersion";
  return judged(contains(words_of(wanted), word), {quote_version(view)});
}

Judgement judge_fingerprint(const Json& wanted, const SchemaView& view) {
  return judged(meets_bound(wanted, view.schema->fingerprint), {quote_version(view)});
}

Judgement judge_readable(const Json& wanted, const SchemaView& view) {
  return judged(wanted == view.schema->readable, {quote_version(view)});
}

Judgement judge_metadata_row(const Json& wanted, const SchemaView& view) {
  if (hidden(view, view.schema->metadata_table)) return not_readable(view);
  std::string word = "missingTable";
  if (view.schema->metadata_table) word = "absent";
  if (!view.schema->metadata_rows.empty()) word = view.schema->metadata_rows.front() == 1 ? "unused" : "used";
  return judged(contains(words_of(wanted), word), {quote_metadata(view)});
}

Judgement judge_namespaces(const Json& wanted, const SchemaView& view) {
  if (hidden(view, view.schema->namespaces_table)) return not_readable(view);
  const char* word = view.schema->namespaces_count > 0 || !view.schema->namespaces.empty() ? "some" : "none";
  return judged(wanted == word, {quote_namespaces(view)});
}

Judgement judge_dropped(const Json& wanted, const SchemaView& view) {
  const auto& dropped = view.schema->dropped;
  if (dropped.empty()) return judged(wanted == "none");
  return judged(wanted == "some", {{server_name(view) + " schema", "gone: " + printable(join(dropped, ", "), 200), view.reading->at}});
}

Judgement judge_tables(const Json& wanted, const SchemaView& view) {
  const std::string words = std::to_string(view.schema->tables) + " tables";
  return judged(wanted == (view.schema->tables > 0 ? "some" : "none"), {{server_name(view) + " schema", words, view.reading->at}});
}

Judgement judge_can_create(const Json& wanted, const SchemaView& view) {
  const char* words = view.schema->can_create ? "role may create in public" : "role may not create in public";
  return judged(wanted == view.schema->can_create, {{server_name(view) + " schema", words, view.reading->at}});
}

struct Aspect {
  ParamSpec param;
  Judgement (*judge)(const Json& wanted, const SchemaView& view);
};

const std::vector<Aspect>& aspects() {
  using Type = ParamSpec::Type;
  static const std::vector<Aspect> list{
      {{"readable", Type::boolean, {}, false, "the role has USAGE on the schema and SELECT on what exists"}, judge_readable},
      {{"versionTable",
        Type::text_list,
        {"present", "absent", "empty", "foreignName"},
        false,
        "schema_version: present = a row for this database; foreignName = rows, but for other database names only"},
       judge_version_table},
      {{"version", Type::version, {}, false, "the recorded version; 0.0 when none is recorded"}, judge_version},
      {{"versionWithin", Type::version_bound, {}, false, "bounds of the recorded version"}, judge_version},
      {{"comparedToTarget", Type::text_list, {"behind", "reached", "exceeded"}, false, "the recorded version against the Stack's target"},
       judge_target},
      {{"tablesProve",
        Type::text_list,
        {"earlierVersion", "sameVersion", "nextVersion", "laterVersion"},
        false,
        "what the tables themselves prove, against the recorded version; nextVersion = exactly one beyond, laterVersion = two or more"},
       judge_tables_prove},
      {{"fingerprint", Type::version_bound, {}, false, "bounds of the version the tables prove; tables that prove none lie below all"},
       judge_fingerprint},
      {{"metadataRow",
        Type::text_list,
        {"unused", "used", "absent", "missingTable"},
        false,
        "row 54321 of namespace_metadata: unused = as the first migration inserts it (notification_version 1)"},
       judge_metadata_row},
      {{"namespaces", Type::text, {"none", "some"}, false, "rows of table namespaces; a missing table has none"}, judge_namespaces},
      {{"dropped", Type::text, {"none", "some"}, false, "things the next migration drops are gone although it is not recorded"},
       judge_dropped},
      {{"tables", Type::text, {"none", "some"}, false, "tables besides schema_version and schema_update_history"}, judge_tables},
      {{"canCreate", Type::boolean, {}, false, "the role may create in schema public"}, judge_can_create},
  };
  return list;
}

Judgement judge_schema_of(const Json& params, const StackDatabase& database, const FactContext& context) {
  const SchemaView view = view_schema(database, context.snapshot);
  if (view.schema == nullptr) return judged_unknown(view.why);
  std::vector<Judgement> parts;
  for (const Aspect& aspect : aspects()) {
    const auto wanted = params.find(aspect.param.name);
    if (wanted != params.end() && !wanted->is_null()) parts.push_back(aspect.judge(*wanted, view));
  }
  return all_of(parts);
}

Judgement judge_schema(const Json& params, const FactContext& context) {
  std::vector<Judgement> parts;
  for (const StackDatabase* database : target_databases(params, context)) parts.push_back(judge_schema_of(params, *database, context));
  if (parts.empty()) return judged_no();
  return text_param(params, "database") == "any" ? any_of(parts) : all_of(parts);
}

}  // namespace

Fact schema_fact() {
  FactSpec spec;
  spec.name = "schema";
  spec.doc = "What the tables of a Temporal database say.";
  spec.scopes = {Scope::stack, Scope::database};
  spec.params = {{"database", ParamSpec::Type::text, {}, false, "its name in the Stack, `all` or `any`; default: the subject, else all"}};
  for (const Aspect& aspect : aspects()) spec.params.push_back(aspect.param);
  spec.reads = {Reading::database};
  return {spec, judge_schema};
}

}  // namespace refloat
