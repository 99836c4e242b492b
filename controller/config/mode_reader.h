// Which mode a Stack gives to single signatures: spec.modeBySignature.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "config/yaml_node.h"
#include "model/playbook.h"
#include "model/stack.h"

namespace refloat {

// Signature id -> mode. An id that no playbook has is an error; `playbooks` null = they are not known, any id will do.
std::map<std::string, Mode> read_modes(const YamlNode& node, const std::string& path, const std::vector<Playbook>* playbooks,
                                       Diagnostics& diagnostics);

}  // namespace refloat
