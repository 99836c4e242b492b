#include "config/condition_reader.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/text.h"
#include "config/fields.h"
#include "config/params.h"
#include "config/words.h"
#include "config/yaml_node.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

class ConditionReader {
 public:
  ConditionReader(const ConditionPlace& place, const Vocabulary& vocabulary, Diagnostics& diagnostics)
      : place_(place), vocabulary_(vocabulary), diagnostics_(diagnostics) {}

  Condition read(const YamlNode& node) const;

 private:
  Condition read_entry(const YamlEntry& entry) const;
  Condition read_list(const YamlEntry& entry, Condition::Op op) const;
  Condition read_fact(const YamlEntry& entry) const;
  void check_place(const FactSpec& fact, const SourceMark& mark) const;

  const ConditionPlace& place_;
  const Vocabulary& vocabulary_;
  Diagnostics& diagnostics_;
};

const char* const form_hint = "write {all: [...]}, {any: [...]}, {not: {...}} or a map of facts, each with its parameters";

Condition ConditionReader::read(const YamlNode& node) const {
  if (diagnostics_.all().size() >= place_.enough) return {};
  if (node.kind != YamlNode::Kind::map || node.entries.empty()) {
    diagnostics_.error(node.mark, place_.path + " must be a map of facts", form_hint);
    return {};
  }
  if (node.entries.size() == 1) return read_entry(node.entries.front());
  Condition all;
  all.mark = node.mark;
  for (const YamlEntry& entry : node.entries) all.children.push_back(read_entry(entry));
  return all;
}

Condition ConditionReader::read_entry(const YamlEntry& entry) const {
  if (diagnostics_.all().size() >= place_.enough) return {};
  if (entry.key == "all") return read_list(entry, Condition::Op::all);
  if (entry.key == "any") return read_list(entry, Condition::Op::any);
  if (entry.key != "not") return read_fact(entry);
  Condition negation;
  negation.op = Condition::Op::negate;
  negation.mark = entry.mark;
  negation.children.push_back(read(entry.value));
  return negation;
}

Condition ConditionReader::read_list(const YamlEntry& entry, Condition::Op op) const {
  Condition condition;
  condition.op = op;
  condition.mark = entry.mark;
  if (entry.value.kind != YamlNode::Kind::list || entry.value.items.empty()) {
    diagnostics_.error(entry.value.mark, "'" + entry.key + "' in " + place_.path + " needs a list of conditions",
                       "write " + entry.key + ": followed by lines '- fact: {...}'");
    return condition;
  }
  for (const YamlNode& item : entry.value.items) condition.children.push_back(read(item));
  return condition;
}

Condition ConditionReader::read_fact(const YamlEntry& entry) const {
  Condition condition;
  condition.op = Condition::Op::fact;
  condition.fact = entry.key;
  condition.mark = entry.mark;
  const FactSpec* spec = vocabulary_.fact(entry.key);
  if (spec == nullptr) {
    std::vector<std::string> names{"all", "any", "not"};
    for (const FactSpec& fact : vocabulary_.facts) names.push_back(fact.name);
    diagnostics_.error(entry.mark, "unknown fact '" + printable(entry.key, 60) + "' in " + place_.path, suggest(entry.key, names));
    return condition;
  }
  check_place(*spec, entry.mark);
  condition.params = read_params(entry.value, spec->params, entry.key, diagnostics_);
  return condition;
}

void ConditionReader::check_place(const FactSpec& fact, const SourceMark& mark) const {
  if (place_.free_only && !fact.reads.empty()) {
    diagnostics_.error(mark, place_.path + " may not use '" + fact.name + "'",
                       "it reads a database, Secret or log, and those are read on suspicion only; move it to confirm");
  }
  if (fact.scopes.empty() || std::find(fact.scopes.begin(), fact.scopes.end(), place_.scope) != fact.scopes.end()) return;
  std::vector<std::string> names;
  for (const Scope scope : fact.scopes) names.push_back(scope_name(scope));
  diagnostics_.error(mark, "'" + fact.name + "' makes no sense for each " + scope_name(place_.scope),
                     "it needs forEach: " + join(names, " or "));
}

}  // namespace

Condition read_condition(const YamlNode& node, const ConditionPlace& place, const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  return ConditionReader(place, vocabulary, diagnostics).read(node);
}

bool reads(const Condition& condition, Reading reading, const Vocabulary& vocabulary) {
  const FactSpec* fact = condition.op == Condition::Op::fact ? vocabulary.fact(condition.fact) : nullptr;
  if (fact != nullptr && std::find(fact->reads.begin(), fact->reads.end(), reading) != fact->reads.end()) return true;
  return std::any_of(condition.children.begin(), condition.children.end(),
                     [&](const Condition& child) { return reads(child, reading, vocabulary); });
}

void add_objects(const Condition& condition, const Vocabulary& vocabulary, std::set<ObjectKind>& objects) {
  const FactSpec* fact = condition.op == Condition::Op::fact ? vocabulary.fact(condition.fact) : nullptr;
  if (fact != nullptr) objects.insert(fact->objects.begin(), fact->objects.end());
  for (const Condition& child : condition.children) add_objects(child, vocabulary, objects);
}

bool reads_anything(const Condition& condition, const Vocabulary& vocabulary) {
  return reads(condition, Reading::database, vocabulary) || reads(condition, Reading::credentials, vocabulary) ||
         reads(condition, Reading::logs, vocabulary);
}

}  // namespace refloat
