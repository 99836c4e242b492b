// Reads how a database is reached: from a Secret's keys, from a DSN, or written out.
#pragma once

#include <string>

#include "base/diagnostics.h"
#include "config/yaml_node.h"
#include "model/stack.h"

namespace refloat {

// A connection that says two things about one value is an error.
Connection read_connection(const YamlNode& node, const std::string& path, Diagnostics& diagnostics);
SecretKeys read_secret_keys(const YamlNode& node, const std::string& path, Diagnostics& diagnostics);

}  // namespace refloat
