#include "cli/case_file.h"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/result.h"
#include "config/fields.h"
#include "config/pointer.h"
#include "config/yaml_json.h"
#include "config/yaml_node.h"

namespace refloat {
namespace {

constexpr int chain_max = 8;  // cases on the way from a base; more is a circle

std::optional<YamlNode> read_document(const std::string& path, Diagnostics& diagnostics) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    diagnostics.error({path, 0, 0}, "cannot be read", "from and near are relative to the file that they stand in");
    return std::nullopt;
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto documents = parse_yaml(text, path, diagnostics);
  if (documents.size() == 1) return documents.front();
  diagnostics.error({path, 1, 1}, "must hold one document", {});
  return std::nullopt;
}

std::string beside(const std::string& path, const std::string& relative) {
  return (std::filesystem::path(path).parent_path() / relative).lexically_normal().string();
}

void read_changes(Fields& fields, CaseFile& file, Diagnostics& diagnostics) {
  if (const YamlNode* set = fields.get("set")) {
    if (set->kind != YamlNode::Kind::map)
      diagnostics.error(set->mark, "set must be a map of pointers", "write set: {/snapshot/...: value}");
    for (const YamlEntry& entry : set->entries) file.set.emplace_back(entry.key, json_from_node(entry.value));
  }
  file.remove = fields.texts("remove");
}

void read_origin(Fields& fields, CaseFile& file, Diagnostics& diagnostics) {
  const std::string from = fields.text("from");
  const std::string near = fields.text("near");
  if (from.empty() == near.empty())
    diagnostics.error(file.mark, "a case has either 'from' or 'near'", "from: a base or another case; near: a firing case");
  file.near = !near.empty();
  file.from = beside(file.path, file.near ? near : from);
  if (file.near && file.set.size() + file.remove.size() != 1) {
    diagnostics.error(file.mark,
                      "a near miss changes exactly one thing, this changes " + std::to_string(file.set.size() + file.remove.size()),
                      "one entry in set or remove");
  }
}

Result<> apply(const CaseFile& file, Json& situation) {
  for (const std::string& pointer : file.remove) {
    if (auto done = remove_at(situation, pointer); !done) return done;
  }
  for (const auto& [pointer, value] : file.set) {
    if (auto done = set_at(situation, pointer, value); !done) return done;
  }
  return ok();
}

std::optional<CaseFile> case_from(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.all().size();
  CaseFile file;
  file.path = path;
  file.mark = node.mark;
  Fields fields(node, "", diagnostics);
  file.sentence = fields.text("case", Need::required);
  read_changes(fields, file, diagnostics);
  read_origin(fields, file, diagnostics);
  const Need need = file.near ? Need::optional : Need::required;
  file.expect = "absent";
  if (const YamlNode* expect = fields.get("expect", need)) {
    file.expect = as_choice(*expect, {"present", "absent", "soon", "unknown"}, "expect", diagnostics).value_or("");
  }
  file.subject = fields.text("subject");
  fields.done();
  if (file.near && file.expect == "present")
    diagnostics.error(file.mark, "a near miss cannot expect 'present'", "it shows what must not fire");
  if (diagnostics.all().size() != before) return std::nullopt;
  return file;
}

std::optional<Json> situation_from(const std::string& path, int depth, Diagnostics& diagnostics);

std::optional<Json> changed(const CaseFile& file, int depth, Diagnostics& diagnostics) {
  auto situation = situation_from(file.from, depth + 1, diagnostics);
  if (!situation) return std::nullopt;
  const auto done = apply(file, *situation);
  if (done) return situation;
  diagnostics.error(file.mark, done.error().message, done.error().hint);
  return std::nullopt;
}

// A file with a snapshot is a base, any other is a case.
std::optional<Json> situation_from(const std::string& path, int depth, Diagnostics& diagnostics) {
  if (depth > chain_max) {
    diagnostics.error({path, 0, 0}, "cases lead back to each other, or too far",
                      "start from a base within " + std::to_string(chain_max) + " steps");
    return std::nullopt;
  }
  const auto document = read_document(path, diagnostics);
  if (!document) return std::nullopt;
  if (document->find("snapshot") != nullptr) return json_from_node(*document);
  const auto file = case_from(*document, path, diagnostics);
  return file ? changed(*file, depth, diagnostics) : std::nullopt;
}

}  // namespace

std::optional<CaseFile> read_case(const std::string& path, Diagnostics& diagnostics) {
  const auto document = read_document(path, diagnostics);
  return document ? case_from(*document, path, diagnostics) : std::nullopt;
}

std::optional<Json> situation_of(const CaseFile& file, Diagnostics& diagnostics) {
  return changed(file, 0, diagnostics);
}

}  // namespace refloat
