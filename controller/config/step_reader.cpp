#include "config/step_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/text.h"
#include "config/condition_reader.h"
#include "config/fields.h"
#include "config/params.h"
#include "config/words.h"
#include "config/yaml_node.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

const YamlNode& empty_map() {
  static const YamlNode node = [] {
    YamlNode map;
    map.kind = YamlNode::Kind::map;
    return map;
  }();
  return node;
}

// A parameter written beside `do` instead of under `with`.
void hint_at_with(const YamlNode& node, const ActionSpec& action, Fields& fields, Diagnostics& diagnostics) {
  for (const ParamSpec& param : action.params) {
    const YamlNode* stray = node.find(param.name);
    if (stray == nullptr || param.name == "role" || param.name == "expect") continue;
    fields.ignore({param.name});
    diagnostics.error(stray->mark, "'" + param.name + "' is a parameter of " + action.name, "write with: {" + param.name + ": ...}");
  }
}

void check_phase(const StepSpec& step, const ActionSpec& action, const std::string& path, Diagnostics& diagnostics) {
  if (std::find(action.phases.begin(), action.phases.end(), step.phase) != action.phases.end()) return;
  std::vector<std::string> phases;
  for (const Phase phase : action.phases) phases.push_back(phase_name(phase));
  diagnostics.error(step.mark, path + ": '" + action.name + "' may not stand in phase " + phase_name(step.phase),
                    "it belongs to " + join(phases, " or "));
}

const ActionSpec* find_action(const StepSpec& step, const std::string& path, const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  if (step.action.empty()) return nullptr;
  const ActionSpec* action = vocabulary.action(step.action);
  if (action != nullptr) return action;
  std::vector<std::string> names;
  for (const ActionSpec& known : vocabulary.actions) names.push_back(known.name);
  diagnostics.error(step.mark, path + ": unknown action '" + printable(step.action, 60) + "'", suggest(step.action, names));
  return nullptr;
}

// `expect` beside `phase` is the short way to write the verify action.
YamlNode expectation(const YamlNode& expect) {
  YamlNode params = empty_map();
  params.mark = expect.mark;
  params.entries.push_back({"expect", expect.mark, expect});
  return params;
}

void read_action(const YamlNode& node, Fields& fields, StepSpec& step, const std::string& path, const Vocabulary& vocabulary,
                 Diagnostics& diagnostics) {
  const YamlNode* expect = fields.get("expect");
  const YamlNode* with = fields.get("with");
  step.action = expect != nullptr ? fields.text("do", Need::optional, "verify") : fields.text("do", Need::required);
  if (expect != nullptr && (with != nullptr || step.action != "verify")) {
    diagnostics.error(expect->mark, path + " has both 'expect' and another action",
                      "a step does one thing: write 'expect' alone, in phase verify");
    return;
  }
  const ActionSpec* action = find_action(step, path, vocabulary, diagnostics);
  if (action == nullptr) return;
  check_phase(step, *action, path, diagnostics);
  hint_at_with(node, *action, fields, diagnostics);
  YamlNode params = with != nullptr ? *with : empty_map();
  if (with == nullptr) params.mark = node.mark;
  if (expect != nullptr) params = expectation(*expect);
  step.params = read_params(params, action->params, action->name, diagnostics);
}

}  // namespace

StepSpec read_step(const YamlNode& node, const StepPlace& place, const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  StepSpec step;
  step.mark = node.mark;
  Fields fields(node, place.path, diagnostics);
  if (node.kind != YamlNode::Kind::map) return step;
  step.phase = fields.choice("phase", phase_words(), Phase::verify, Need::required);
  read_action(node, fields, step, place.path, vocabulary, diagnostics);
  if (const YamlNode* role = fields.get("role"))
    step.role = as_choice(*role, role_words(), fields.path_of("role"), diagnostics).value_or("");
  std::vector<std::string> roles = role_words();
  roles.emplace_back("none");
  step.for_roles = fields.choices("forRoles", roles);
  if (const YamlNode* when = fields.get("when"))
    step.when = read_condition(*when, {fields.path_of("when"), place.scope, false, place.enough}, vocabulary, diagnostics);
  step.within = fields.duration("within");
  fields.done();
  return step;
}

}  // namespace refloat
