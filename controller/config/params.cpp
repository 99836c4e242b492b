#include "config/params.h"

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/text.h"
#include "config/fields.h"
#include "config/yaml_node.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_param(const YamlNode& node, const ParamSpec& spec, const std::string& path, Diagnostics& diagnostics) {
  return or_null(spec.allowed.empty() ? as_text(node, path, diagnostics) : as_choice(node, spec.allowed, path, diagnostics));
}

Json list_param(const YamlNode& node, const ParamSpec& spec, const std::string& path, Diagnostics& diagnostics) {
  const auto texts = as_texts(node, path, diagnostics);
  if (!texts) return nullptr;
  if (texts->empty()) diagnostics.error(node.mark, path + " is an empty list", "name at least one");
  for (const YamlNode& item : node.items) {
    if (!spec.allowed.empty()) (void)as_choice(item, spec.allowed, "an item of " + path, diagnostics);
  }
  if (node.kind == YamlNode::Kind::scalar && !spec.allowed.empty()) (void)as_choice(node, spec.allowed, path, diagnostics);
  return *texts;
}

const char* const bound_hint = "write {atMost: \"1.0\"} or {atLeast: \"1.0\"}, or one version for exactly that";

Json bound_param(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  if (node.kind == YamlNode::Kind::scalar) return or_null(as_version(node, path, diagnostics));
  if (node.kind != YamlNode::Kind::map || node.entries.empty()) {
    diagnostics.error(node.mark, path + " must be a bound", bound_hint);
    return nullptr;
  }
  Fields fields(node, path, diagnostics);
  Json bound = Json::object();
  for (const char* side : {"atMost", "atLeast"}) {
    const std::string version = fields.version(side);
    if (!version.empty()) bound[side] = version;
  }
  fields.done();
  return bound;
}

Json duration_param(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  return as_duration(node, path, diagnostics) ? Json(node.text) : Json(nullptr);
}

Json read_param(const YamlNode& node, const ParamSpec& spec, const std::string& path, Diagnostics& diagnostics) {
  switch (spec.type) {
    case ParamSpec::Type::text: return text_param(node, spec, path, diagnostics);
    case ParamSpec::Type::boolean: return or_null(as_boolean(node, path, diagnostics));
    case ParamSpec::Type::integer: return or_null(as_integer(node, path, diagnostics));
    case ParamSpec::Type::duration: return duration_param(node, path, diagnostics);
    case ParamSpec::Type::version: return or_null(as_version(node, path, diagnostics));
    case ParamSpec::Type::text_list: return list_param(node, spec, path, diagnostics);
    case ParamSpec::Type::version_bound: return bound_param(node, path, diagnostics);
  }
  return nullptr;
}

const ParamSpec* only_required(const std::vector<ParamSpec>& specs) {
  const ParamSpec* only = nullptr;
  for (const ParamSpec& spec : specs) {
    if (!spec.required) continue;
    if (only != nullptr) return nullptr;
    only = &spec;
  }
  return only;
}

std::string example(const std::vector<ParamSpec>& specs) {
  if (specs.empty()) return "it takes no parameters: write {}";
  std::vector<std::string> names;
  for (const ParamSpec& spec : specs) names.push_back(spec.name + ": ...");
  return "write a map, {" + join(names, ", ") + "}";
}

Json read_short_form(const YamlNode& node, const std::vector<ParamSpec>& specs, const std::string& owner, Diagnostics& diagnostics) {
  const ParamSpec* only = only_required(specs);
  if (only == nullptr || node.kind == YamlNode::Kind::null) {
    diagnostics.error(node.mark, owner + " needs its parameters by name", example(specs));
    return Json::object();
  }
  Json params = Json::object();
  params[only->name] = read_param(node, *only, owner + "." + only->name, diagnostics);
  return params;
}

}  // namespace

Json read_params(const YamlNode& node, const std::vector<ParamSpec>& specs, const std::string& owner, Diagnostics& diagnostics) {
  if (node.kind != YamlNode::Kind::map) return read_short_form(node, specs, owner, diagnostics);
  Fields fields(node, owner, diagnostics);
  Json params = Json::object();
  for (const ParamSpec& spec : specs) {
    const YamlNode* value = fields.get(spec.name, spec.required ? Need::required : Need::optional);
    if (value != nullptr) params[spec.name] = read_param(*value, spec, fields.path_of(spec.name), diagnostics);
  }
  fields.done();
  return params;
}

}  // namespace refloat
