#include "model/write.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <variant>

#include "base/json.h"
#include "model/archive.h"
#include "model/place.h"
#include "model/plan_archive.h"

namespace refloat {
namespace {

template <class Values, class Enum>
const char* word(const Values& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

constexpr std::array verb_words{"create", "patch", "delete"};
constexpr std::array patch_type_words{"json", "merge", "strategic", "apply"};
constexpr std::array method_words{"POST", "PATCH", "DELETE"};

std::string segment(const std::string& part) {
  return part.empty() ? std::string() : "/" + part;
}

template <class Archive, class Value>
void sql_members(Archive& archive, Value& value) {
  archive("database", value.database);
  archive("kind", value.kind);
  archive("arguments", value.arguments);
  archive("statements", value.statements);
  archive("describe", value.describe);
}

template <class Archive, class Value>
void kube_members(Archive& archive, Value& value) {
  archive("verb", value.verb);
  archive("group", value.group);
  archive("version", value.version);
  archive("plural", value.plural);
  archive("subresource", value.subresource);
  archive("object", value.object);
  archive("resourceVersion", value.resource_version);
  archive("patchType", value.patch_type);
  archive("body", value.body);
  archive("propagation", value.propagation);
  archive("describe", value.describe);
}

Json kube_json(const KubeWrite& write) {
  archive::Writer writer;
  writer("type", std::string("kubernetes"));
  writer("method", std::string(word(method_words, write.verb)));
  writer("path", path_of(write));
  kube_members(writer, write);
  return writer.take();
}

Json sql_json(const SqlWrite& write) {
  archive::Writer writer;
  writer("type", std::string("sql"));
  sql_members(writer, write);
  return writer.take();
}

void read_kube(const Json& json, KubeWrite& write, const std::string& path, archive::Problem& problem) {
  archive::Reader reader(json, path, problem);
  std::string type, method, written_path;
  reader("type", type);
  reader("method", method);
  reader("path", written_path);
  kube_members(reader, write);
  reader.finish();
  // Method and path stand there for people; if they say something else, somebody changed one of the two.
  if (method != word(method_words, write.verb) || written_path != path_of(write))
    problem.note(path + " contradicts its own method or path");
}

void read_sql(const Json& json, SqlWrite& write, const std::string& path, archive::Problem& problem) {
  archive::Reader reader(json, path, problem);
  std::string type;
  reader("type", type);
  sql_members(reader, write);
  reader.finish();
}

}  // namespace

const char* to_string(KubeWrite::Verb verb) {
  return word(verb_words, verb);
}
const char* to_string(PatchType type) {
  return word(patch_type_words, type);
}

const char* to_string(RepairKind kind) {
  switch (kind) {
    case RepairKind::remove_orphaned_metadata_row: return "removeOrphanedMetadataRow";
    case RepairKind::insert_metadata_row: return "insertMetadataRow";
    case RepairKind::rename_version_row: return "renameVersionRow";
    case RepairKind::recreate_dropped_objects: return "recreateDroppedObjects";
  }
  return "?";
}

std::string path_of(const KubeWrite& write) {
  const Place place = place_of(write.object.ns);
  std::string path = place.cluster.empty() ? "" : "cluster " + place.cluster + ": ";
  path += write.group.empty() ? "/api" : "/apis/" + write.group;
  path += segment(write.version);
  if (!place.ns.empty()) path += "/namespaces/" + place.ns;
  path += segment(write.plural);
  if (write.verb != KubeWrite::Verb::create) path += segment(write.object.name);
  return path + segment(write.subresource);
}

std::string display(const Write& write) {
  if (const auto* kube = std::get_if<KubeWrite>(&write)) return std::string(word(method_words, kube->verb)) + " " + path_of(*kube);
  const auto& sql = std::get<SqlWrite>(write);
  // The last that changes something: before it stand locks and guards, after it one more look and the COMMIT.
  const auto changes = [](const std::string& text) { return text != "COMMIT" && text != "ROLLBACK" && !text.starts_with("SELECT "); };
  const auto last = std::find_if(sql.statements.rbegin(), sql.statements.rend(), changes);
  return "SQL " + sql.database + ": " + (last == sql.statements.rend() ? to_string(sql.kind) : *last);
}

const std::string& describe(const Write& write) {
  return std::visit([](const auto& each) -> const std::string& { return each.describe; }, write);
}

Json to_json(const Write& write) {
  if (const auto* kube = std::get_if<KubeWrite>(&write)) return kube_json(*kube);
  return sql_json(std::get<SqlWrite>(write));
}

Json write_value(const Write& write) {
  return to_json(write);
}

void read_value(const Json& json, Write& write, const std::string& path, archive::Problem& problem) {
  const std::string type = text_at(json, {"type"});
  if (type == "kubernetes")
    read_kube(json, write.emplace<KubeWrite>(), path, problem);
  else if (type == "sql")
    read_sql(json, write.emplace<SqlWrite>(), path, problem);
  else
    problem.note(path + ".type is neither kubernetes nor sql");
}

}  // namespace refloat
