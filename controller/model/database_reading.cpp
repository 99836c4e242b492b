#include "model/database_reading.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/strict_object.h"

namespace refloat {
namespace {

Json to_json(const VersionRow& row) {
  return {{"dbName", row.db_name}, {"current", row.current}, {"minCompatible", row.min_compatible}};
}

Json to_json(const MigratorSession& session) {
  return {{"pid", session.pid}, {"application", session.application}, {"user", session.user}, {"doing", session.doing}};
}

template <class Item>
Json list_of(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(to_json(item));
  return list;
}

Json to_json(const TemporalSchema& schema) {
  return {{"versionTable", schema.version_table},
          {"readable", schema.readable},
          {"canCreate", schema.can_create},
          {"versions", list_of(schema.versions)},
          {"fingerprint", schema.fingerprint},
          {"tables", schema.tables},
          {"metadataTable", schema.metadata_table},
          {"metadataRows", schema.metadata_rows},
          {"namespacesTable", schema.namespaces_table},
          {"namespaces", schema.namespaces},
          {"namespacesCount", schema.namespaces_count},
          {"dropped", schema.dropped}};
}

Json to_json(const ExpectAnswer& answer) {
  return {{"asked", answer.asked}, {"holds", answer.holds}, {"error", answer.error}};
}

Result<VersionRow> version_row(const Json& json) {
  StrictObject object(json, "version row");
  VersionRow row;
  object.text("dbName", row.db_name);
  object.text("current", row.current);
  object.text("minCompatible", row.min_compatible);
  if (auto whole = object.finish(); !whole) return whole.error();
  return row;
}

Result<MigratorSession> migrator(const Json& json) {
  StrictObject object(json, "migrator");
  MigratorSession session;
  object.integer("pid", session.pid);
  object.text("application", session.application);
  object.text("user", session.user);
  object.text("doing", session.doing);
  if (auto whole = object.finish(); !whole) return whole.error();
  return session;
}

Result<std::int64_t> number(const Json& json) {
  if (!json.is_number_integer()) return Error{ErrorKind::invalid, "not an integer"};
  return json.get<std::int64_t>();
}

template <class Item>
void read_list(StrictObject& object, const char* key, Result<Item> (*read)(const Json&), std::vector<Item>& out) {
  const Json& list = object.member(key);
  if (list.is_null()) return;
  if (!list.is_array()) return object.fail({ErrorKind::invalid, std::string(key) + " must be a list"});
  for (const Json& each : list) {
    auto item = read(each);
    if (!item) return object.fail(item.error().wrap(key));
    out.push_back(*std::move(item));
  }
}

Result<TemporalSchema> temporal_schema(const Json& json) {
  StrictObject object(json, "schema");
  TemporalSchema schema;
  object.boolean("versionTable", schema.version_table);
  object.boolean("readable", schema.readable);
  object.boolean("canCreate", schema.can_create);
  read_list(object, "versions", version_row, schema.versions);
  object.text("fingerprint", schema.fingerprint);
  object.integer("tables", schema.tables);
  object.boolean("metadataTable", schema.metadata_table);
  read_list(object, "metadataRows", number, schema.metadata_rows);
  object.boolean("namespacesTable", schema.namespaces_table);
  object.texts("namespaces", schema.namespaces);
  object.integer("namespacesCount", schema.namespaces_count);
  object.texts("dropped", schema.dropped);
  if (auto whole = object.finish(); !whole) return whole.error();
  return schema;
}

Result<ExpectAnswer> expect_answer(const Json& json) {
  StrictObject object(json, "expect");
  ExpectAnswer answer;
  object.boolean("asked", answer.asked);
  object.boolean("holds", answer.holds);
  object.text("error", answer.error);
  if (auto whole = object.finish(); !whole) return whole.error();
  return answer;
}

template <class Value>
void read_nested(StrictObject& object, const char* key, Result<Value> (*read)(const Json&), Value& out) {
  const Json& json = object.member(key);
  if (json.is_null()) return;
  auto value = read(json);
  if (!value) return object.fail(value.error());
  out = *std::move(value);
}

void read_schema(StrictObject& object, DatabaseReading& reading) {
  const Json& json = object.member("schema");
  if (json.is_null()) return;
  auto schema = temporal_schema(json);
  if (!schema) return object.fail(schema.error());
  reading.schema = *std::move(schema);
}

}  // namespace

const char* to_string(Reach reach) {
  switch (reach) {
    case Reach::ok: return "ok";
    case Reach::refused_credentials: return "refusedCredentials";
    case Reach::no_database: return "noDatabase";
    case Reach::unreachable: return "unreachable";
    case Reach::not_accepting: return "notAccepting";
    case Reach::unexamined: return "unexamined";
  }
  return "unexamined";
}

Json to_json(const DatabaseReading& reading) {
  Json json{{"name", reading.name},
            {"at", format_micro_time(reading.at)},
            {"reach", to_string(reading.reach)},
            {"detail", reading.detail},
            {"address", reading.address},
            {"database", reading.database},
            {"user", reading.user},
            {"direct", reading.direct},
            {"inRecovery", reading.in_recovery},
            {"superuser", reading.superuser},
            {"serverVersion", reading.server_version},
            {"migrators", list_of(reading.migrators)},
            {"expect", to_json(reading.expect)}};
  if (reading.schema) json["schema"] = to_json(*reading.schema);
  return json;
}

Result<DatabaseReading> database_reading_from_json(const Json& json) {
  static constexpr std::array reaches{Reach::ok,          Reach::refused_credentials, Reach::no_database,
                                      Reach::unreachable, Reach::not_accepting,       Reach::unexamined};
  StrictObject object(json, "database reading");
  DatabaseReading reading;
  object.text("name", reading.name);
  object.time("at", reading.at);
  object.word("reach", reaches, reading.reach);
  object.text("detail", reading.detail);
  object.text("address", reading.address);
  object.text("database", reading.database);
  object.text("user", reading.user);
  object.boolean("direct", reading.direct);
  object.boolean("inRecovery", reading.in_recovery);
  object.boolean("superuser", reading.superuser);
  object.integer("serverVersion", reading.server_version);
  read_list(object, "migrators", migrator, reading.migrators);
  read_schema(object, reading);
  read_nested(object, "expect", expect_answer, reading.expect);
  if (auto whole = object.finish(); !whole) return whole.error();
  return reading;
}

}  // namespace refloat
