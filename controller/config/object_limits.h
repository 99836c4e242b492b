// What a file may not ask of us, an object of the cluster may not either: the schemas of our kinds leave parts of them open.
#pragma once

#include <cstddef>
#include <string>

#include "base/json.h"
#include "config/yaml_node.h"

namespace refloat {

// How much a part of an object holds; counted no further than what `limits` allow.
struct ObjectSize {
  std::size_t nodes = 0;  // keys and values, as in a file
  std::size_t bytes = 0;  // of its JSON; not counted where another limit is broken
  bool too_deep = false;
};
ObjectSize size_of(const Json& part, const YamlLimits& limits = {});

// Which of the limits it breaks: "is nested more than 40 levels deep"; "" = none.
std::string beyond_limits(const ObjectSize& size, const YamlLimits& limits = {});

}  // namespace refloat
