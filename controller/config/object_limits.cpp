#include "config/object_limits.h"

#include <cstddef>
#include <string>

#include "base/json.h"
#include "config/yaml_node.h"

namespace refloat {
namespace {

// Whatever it holds, nothing here goes deeper than the limit, nor on beyond the number.
void count(const Json& part, std::size_t level, const YamlLimits& limits, ObjectSize& size) {
  ++size.nodes;
  if (!part.is_structured()) return;
  if (level == limits.depth_max) size.too_deep = true;
  for (auto each = part.begin(); each != part.end(); ++each) {
    if (size.too_deep || size.nodes > limits.nodes_max) return;
    if (part.is_object()) ++size.nodes;  // the key
    count(*each, level + 1, limits, size);
  }
}

}  // namespace

ObjectSize size_of(const Json& part, const YamlLimits& limits) {
  ObjectSize size;
  count(part, 0, limits, size);
  if (!size.too_deep && size.nodes <= limits.nodes_max) size.bytes = part.dump(-1, ' ', false, Json::error_handler_t::replace).size();
  return size;
}

std::string beyond_limits(const ObjectSize& size, const YamlLimits& limits) {
  if (size.too_deep) return "is nested more than " + std::to_string(limits.depth_max) + " levels deep";
  if (size.nodes > limits.nodes_max) return "holds more than " + std::to_string(limits.nodes_max) + " values";
  if (size.bytes > limits.bytes_max) return "is larger than " + std::to_string(limits.bytes_max / 1024) + " KiB";
  return {};
}

}  // namespace refloat
