#include "config/schema.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/json.h"
#include "config/words.h"
#include "model/api_version.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

const char* const version_pattern = "^[0-9]{1,9}(\\.[0-9]{1,9}){0,3}$";

Json text_schema(const std::string& description) {
  return {{"type", "string"}, {"minLength", 1}, {"description", description}};
}

Json enum_schema(const std::vector<std::string>& words, const std::string& description) {
  return {{"enum", words}, {"description", description}};
}

Json list_schema(const Json& item, const std::string& description) {
  return {{"anyOf", {item, {{"type", "array"}, {"items", item}, {"minItems", 1}}}}, {"description", description}};
}

// A map in which nothing else may stand.
Json map_schema(const Json& properties, const std::vector<std::string>& required, const std::string& description) {
  Json schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  if (!description.empty()) schema["description"] = description;
  return schema;
}

Json value_of(const std::vector<std::string>& allowed) {
  return allowed.empty() ? Json{{"type", "string"}} : Json{{"enum", allowed}};
}

Json version_schema() {
  return {{"type", "string"}, {"pattern", version_pattern}};
}

Json bound_schema() {
  Json bounds = map_schema({{"atMost", version_schema()}, {"atLeast", version_schema()}}, {}, "");
  bounds["minProperties"] = 1;
  return {{"anyOf", {version_schema(), bounds}}};
}

Json typed(const ParamSpec& param) {
  switch (param.type) {
    case ParamSpec::Type::text: return value_of(param.allowed);
    case ParamSpec::Type::boolean: return {{"type", "boolean"}};
    case ParamSpec::Type::integer: return {{"type", "integer"}};
    case ParamSpec::Type::duration: return {{"type", "string"}, {"examples", {"90s", "5m"}}};
    case ParamSpec::Type::version: return version_schema();
    case ParamSpec::Type::text_list: return list_schema(value_of(param.allowed), "");
    case ParamSpec::Type::version_bound: return bound_schema();
  }
  return true;
}

Json param_schema(const ParamSpec& param) {
  Json schema = typed(param);
  schema["description"] = param.doc;
  return schema;
}

std::vector<std::string> required_names(const std::vector<ParamSpec>& params) {
  std::vector<std::string> names;
  for (const ParamSpec& param : params) {
    if (param.required) names.push_back(param.name);
  }
  return names;
}

Json params_schema(const std::vector<ParamSpec>& params, const std::string& description) {
  Json properties = Json::object();
  for (const ParamSpec& param : params) properties[param.name] = param_schema(param);
  return map_schema(properties, required_names(params), description);
}

// The map of parameters, or the one required value alone.
Json fact_schema(const FactSpec& fact) {
  const Json map = params_schema(fact.params, "");
  const auto required = required_names(fact.params);
  if (required.size() != 1) return params_schema(fact.params, fact.doc);
  const auto only = std::find_if(fact.params.begin(), fact.params.end(), [](const ParamSpec& param) { return param.required; });
  return {{"anyOf", {map, param_schema(*only)}}, {"description", fact.doc}};
}

// A condition whose nested conditions are of the kind `self`.
Json condition_schema(const Vocabulary& vocabulary, const std::string& self, bool free_only) {
  const Json nested = {{"$ref", "#/$defs/" + self}};
  const Json several = {{"type", "array"}, {"items", nested}, {"minItems", 1}};
  Json properties = {{"all", several}, {"any", several}, {"not", nested}};
  for (const FactSpec& fact : vocabulary.facts) {
    if (!free_only || fact.reads.empty()) properties[fact.name] = fact_schema(fact);
  }
  Json schema =
      map_schema(properties, {}, free_only ? "Facts about watched objects; all of a map must hold." : "Facts; all of a map must hold.");
  schema["minProperties"] = 1;
  return schema;
}

Json action_rule(const ActionSpec& action) {
  std::vector<std::string> phases;
  for (const Phase phase : action.phases) phases.push_back(phase_name(phase));
  Json then = {{"properties", {{"phase", {{"enum", phases}}}, {"with", params_schema(action.params, action.doc)}}}};
  if (!required_names(action.params).empty()) then["anyOf"] = {{{"required", {"with"}}}, {{"required", {"expect"}}}};
  return {{"if", {{"properties", {{"do", {{"const", action.name}}}}}, {"required", {"do"}}}}, {"then", then}};
}

Json expect_schema(const Vocabulary& vocabulary) {
  const ActionSpec* verify = vocabulary.action("verify");
  if (verify != nullptr) {
    for (const ParamSpec& param : verify->params) {
      if (param.name == "expect") return param_schema(param);
    }
  }
  return list_schema({{"type", "string"}}, "What must hold in the end.");
}

Json step_schema(const Vocabulary& vocabulary) {
  std::vector<std::string> actions;
  Json rules = Json::array();
  for (const ActionSpec& action : vocabulary.actions) {
    actions.push_back(action.name);
    rules.push_back(action_rule(action));
  }
  std::vector<std::string> roles_or_none = role_words();
  roles_or_none.emplace_back("none");
  Json schema = map_schema(
      {{"phase", enum_schema(words_of(phase_words()), "Steps run in this order, whatever playbook they come from.")},
       {"do", enum_schema(actions, "The action.")},
       {"role", enum_schema(role_words(), "The Application it acts on; without it, the finding's subject.")},
       {"forRoles", list_schema(value_of(roles_or_none), "Only when the subject Application has one of these roles; none = no role.")},
       {"with", {{"type", "object"}, {"description", "The action's parameters."}}},
       {"expect", expect_schema(vocabulary)},
       {"when", {{"$ref", "#/$defs/condition"}, {"description", "Skipped unless this holds when its turn comes."}}},
       {"within", text_schema("Time limit of the step, as 90s or 5m.")}},
      {"phase"}, "");
  schema["anyOf"] = {{{"required", {"do"}}}, {{"required", {"expect"}}}};
  if (!rules.empty()) schema["allOf"] = rules;
  return schema;
}

Json signature_schema() {
  const Json id = {{"type", "string"}, {"pattern", "^[a-z0-9-]+$"}};
  Json properties = {
      {"id", {{"type", "string"}, {"pattern", "^[a-z0-9-]+$"}, {"description", "Stable name of the failure; never renamed."}}},
      {"meaning", text_schema("One sentence for people; {subject} stands for what it was found on.")},
      {"severity", enum_schema(words_of(severity_words()), "How bad it is.")},
      {"recoverable",
       enum_schema(words_of(recoverable_words()), "auto: in mode Auto without asking; approval: a person decides; no: reported only.")},
      {"forEach", enum_schema(words_of(scope_words()), "Evaluated once per this; default stack.")},
      {"dialects", list_schema(value_of(dialect_words()), "With forEach: database, only these.")},
      {"outsideStacks", {{"type", "boolean"}, {"description", "Also found on Applications that no Stack names."}}},
      {"affected", text_schema("Versions, for people.")},
      {"suspect",
       {{"$ref", "#/$defs/freeCondition"}, {"description", "When the dear reads are worth it; may be left out if confirm needs none."}}},
      {"confirm", {{"$ref", "#/$defs/condition"}, {"description", "Everything that must hold; read again right before acting."}}},
      {"explains", list_schema(id, "Signatures that are effects of this one.")},
      {"dooms", list_schema(value_of(role_words()), "Roles whose running retries cannot succeed while this holds.")},
      {"durableFix", text_schema("What to change in Git so that it does not come back.")}};
  return map_schema(properties, {"id", "meaning", "severity", "recoverable", "confirm"}, "How the failure is recognised.");
}

Json spec_schema() {
  return map_schema({{"summary", text_schema("What happened, in one sentence.")},
                     {"explanation", text_schema("Why the steps are safe.")},
                     {"signature", {{"$ref", "#/$defs/signature"}}},
                     {"steps", {{"type", "array"}, {"items", {{"$ref", "#/$defs/step"}}}}}},
                    {"summary", "explanation", "signature"}, "");
}

}  // namespace

std::string playbook_schema(const Vocabulary& vocabulary) {
  Json schema = map_schema(
      {{"apiVersion", {{"const", our_api_version}}},
       {"kind", {{"const", "Playbook"}}},
       {"metadata", {{"type", "object"}, {"properties", {{"name", text_schema("Name of the playbook.")}}}, {"required", {"name"}}}},
       {"spec", spec_schema()},
       {"status", {{"type", "object"}}}},
      {"apiVersion", "kind", "metadata", "spec"}, "How to recognise one failure and how to end it.");
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Refloat playbook";
  schema["$defs"] = {{"condition", condition_schema(vocabulary, "condition", false)},
                     {"freeCondition", condition_schema(vocabulary, "freeCondition", true)},
                     {"signature", signature_schema()},
                     {"step", step_schema(vocabulary)}};
  return schema.dump(2);
}

}  // namespace refloat
