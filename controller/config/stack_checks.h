// What one field of a Stack demands of another.
#pragma once

#include "base/diagnostics.h"
#include "config/yaml_node.h"
#include "model/stack.h"

namespace refloat {

// `spec` is where `stack` was read from, for the marks of errors.
void check_stack(const Stack& stack, const YamlNode& spec, Diagnostics& diagnostics);

}  // namespace refloat
