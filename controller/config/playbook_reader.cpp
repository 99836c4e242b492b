#include "config/playbook_reader.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "config/condition_reader.h"
#include "config/document.h"
#include "config/fields.h"
#include "config/step_reader.h"
#include "config/words.h"
#include "config/yaml_node.h"
#include "model/api_version.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

class PlaybookReader {
 public:
  // Of what lies deeper nothing is read any more once this many diagnostics are there.
  PlaybookReader(const Vocabulary& vocabulary, Diagnostics& diagnostics, std::size_t enough = every_mistake)
      : vocabulary_(vocabulary), diagnostics_(diagnostics), enough_(enough) {}

  Playbook read(const YamlNode& document);

 private:
  void read_spec(const YamlNode& node, Playbook& playbook);
  void read_signature(const YamlNode& node, Signature& signature);
  void read_scope(Fields& fields, Signature& signature);
  void read_conditions(Fields& fields, Signature& signature);
  void read_steps(const YamlNode& node, Playbook& playbook);
  std::string read_id(Fields& fields);

  const Vocabulary& vocabulary_;
  Diagnostics& diagnostics_;
  std::size_t enough_;
};

Playbook PlaybookReader::read(const YamlNode& document) {
  Playbook playbook;
  playbook.mark = document.mark;
  Fields fields(document, "", diagnostics_);
  playbook.name = read_header(fields, "Playbook", diagnostics_).name;
  if (const YamlNode* spec = fields.get("spec", Need::required)) read_spec(*spec, playbook);
  fields.ignore({"status"});
  fields.done();
  return playbook;
}

void PlaybookReader::read_spec(const YamlNode& node, Playbook& playbook) {
  Fields fields(node, "spec", diagnostics_);
  playbook.summary = fields.text("summary", Need::required);
  playbook.explanation = fields.text("explanation", Need::required);
  if (const YamlNode* signature = fields.get("signature", Need::required)) read_signature(*signature, playbook.signature);
  if (const YamlNode* steps = fields.get("steps")) read_steps(*steps, playbook);
  fields.done();
}

std::string PlaybookReader::read_id(Fields& fields) {
  const std::string id = fields.text("id", Need::required);
  const bool well_formed =
      std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-'; });
  if (!well_formed)
    diagnostics_.error(fields.mark(), "spec.signature.id '" + printable(id, 60) + "' is malformed",
                       "lower-case letters, digits and '-' only");
  return id;
}

void PlaybookReader::read_signature(const YamlNode& node, Signature& signature) {
  Fields fields(node, "spec.signature", diagnostics_);
  signature.id = read_id(fields);
  signature.meaning = fields.text("meaning", Need::required);
  signature.severity = fields.choice("severity", severity_words(), Severity::critical, Need::required);
  signature.recoverable = fields.choice("recoverable", recoverable_words(), Recoverable::no, Need::required);
  signature.affected = fields.text("affected");
  signature.explains = fields.texts("explains");
  signature.dooms = fields.choices("dooms", role_words());
  signature.durable_fix = fields.text("durableFix");
  read_scope(fields, signature);
  read_conditions(fields, signature);
  fields.done();
}

void PlaybookReader::read_scope(Fields& fields, Signature& signature) {
  signature.scope = fields.choice("forEach", scope_words(), Scope::stack);
  signature.dialects = fields.choices("dialects", dialect_words());
  signature.needs_stack = !fields.boolean("outsideStacks", false);
  if (!signature.dialects.empty() && signature.scope != Scope::database) {
    diagnostics_.error(fields.mark(), "dialects are given, but the signature is not evaluated per database", "add forEach: database");
  }
  if (!signature.needs_stack && signature.scope != Scope::application) {
    diagnostics_.error(fields.mark(), "outsideStacks: true needs forEach: application",
                       "outside a Stack there is nothing but Applications");
  }
}

void PlaybookReader::read_conditions(Fields& fields, Signature& signature) {
  const YamlNode* confirm = fields.get("confirm", Need::required);
  const YamlNode* suspect = fields.get("suspect");
  if (confirm != nullptr)
    signature.confirm = read_condition(*confirm, {"spec.signature.confirm", signature.scope, false, enough_}, vocabulary_, diagnostics_);
  if (suspect != nullptr) {
    signature.suspect = read_condition(*suspect, {"spec.signature.suspect", signature.scope, true, enough_}, vocabulary_, diagnostics_);
    return;
  }
  signature.suspect = signature.confirm;  // nothing dear to read: what confirms is free, so it is the suspicion too
  if (!reads_anything(signature.confirm, vocabulary_)) return;
  diagnostics_.error(fields.mark(), "spec.signature lacks 'suspect'",
                     "confirm reads a database, Secret or log: say which watched objects make that worth it");
}

void PlaybookReader::read_steps(const YamlNode& node, Playbook& playbook) {
  if (node.kind != YamlNode::Kind::list) {
    diagnostics_.error(node.mark, "spec.steps must be a list", "write lines '- {phase: ..., do: ...}'");
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (diagnostics_.all().size() >= enough_) return;
    const StepPlace place{"spec.steps[" + std::to_string(i + 1) + "]", playbook.signature.scope, enough_};
    playbook.steps.push_back(read_step(node.items[i], place, vocabulary_, diagnostics_));
  }
}

bool errors_since(const Diagnostics& diagnostics, std::size_t before) {
  const auto& all = diagnostics.all();
  return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(),
                     [](const Diagnostic& one) { return one.level == Level::error; });
}

}  // namespace

std::optional<Playbook> read_playbook(const std::string& yaml, const std::string& file, const Vocabulary& vocabulary,
                                      Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.all().size();
  const std::vector<YamlNode> documents = parse_yaml(yaml, file, diagnostics);
  if (errors_since(diagnostics, before)) return std::nullopt;
  if (documents.size() != 1) {
    diagnostics.error({file, 1, 1}, "holds " + std::to_string(documents.size()) + " documents", "write one playbook per file");
    return std::nullopt;
  }
  Playbook playbook = PlaybookReader(vocabulary, diagnostics).read(documents.front());
  if (errors_since(diagnostics, before)) return std::nullopt;
  playbook.digest = sha256_hex(yaml);
  return playbook;
}

std::optional<Playbook> read_playbook_object(const Json& object, const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.all().size();
  const std::string ns = text_at(object, {"metadata", "namespace"});
  const std::string where = "Playbook " + ns + "/" + text_at(object, {"metadata", "name"});
  const std::string version = text_at(object, {"apiVersion"});
  const Json& spec = at_path(object, {"spec"});
  const Json shown{{"apiVersion", version.empty() ? our_api_version : version},
                   {"kind", "Playbook"},
                   {"metadata", {{"name", text_at(object, {"metadata", "name"})}, {"namespace", ns}}},
                   {"spec", spec}};
  Playbook playbook = PlaybookReader(vocabulary, diagnostics, before + mistakes_told_max).read(node_from_json(shown, where));
  if (errors_since(diagnostics, before)) return std::nullopt;
  playbook.ns = ns;
  playbook.digest = playbook_digest(spec);
  return playbook;
}

std::string playbook_digest(const Json& spec) {
  return sha256_hex(spec.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::set<ObjectKind> objects_of(const std::vector<Playbook>& playbooks, const Vocabulary& vocabulary) {
  std::set<ObjectKind> objects;
  for (const Playbook& playbook : playbooks) {
    add_objects(playbook.signature.suspect, vocabulary, objects);
    add_objects(playbook.signature.confirm, vocabulary, objects);
    for (const StepSpec& step : playbook.steps) {
      if (step.when) add_objects(*step.when, vocabulary, objects);
    }
  }
  return objects;
}

}  // namespace refloat
