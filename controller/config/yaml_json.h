// YAML as JSON, for what is data rather than a document of ours: Kubernetes objects in cases.
#pragma once

#include "base/json.h"
#include "config/yaml_node.h"

namespace refloat {

// As kubectl reads YAML: plain true/false, whole numbers and null are typed, everything else is text. Plain fractions stay text too,
// because here they are versions.
Json json_from_node(const YamlNode& node);

}  // namespace refloat
