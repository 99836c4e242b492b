// Parameters of a fact or action: what was written, checked against what the vocabulary says.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "config/yaml_node.h"
#include "model/vocabulary.h"

namespace refloat {

// The parameters as JSON: lists are always arrays, booleans and integers are typed, versions and durations stay text. `owner` is the fact's
// or action's name. One value in place of a map is taken for the only required parameter, if there is exactly one.
Json read_params(const YamlNode& node, const std::vector<ParamSpec>& specs, const std::string& owner, Diagnostics& diagnostics);

}  // namespace refloat
