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

// The playbooks that a Stack is judged by; null = they are not known, any signature will do.
struct KnownPlaybooks {
  const std::vector<Playbook>* all = nullptr;
  std::string ns = {};  // the Stack's: users' Playbooks of another namespace say nothing about it
};

// Signature id -> mode. An id that no playbook has is an error.
std::map<std::string, Mode> read_modes(const YamlNode& node, const std::string& path, const KnownPlaybooks& playbooks,
                                       Diagnostics& diagnostics);

// The first signature that the Stack gives a mode and that no playbook has; "" = there is none such.
std::string unknown_signature(const Stack& stack, const std::vector<Playbook>& playbooks);

}  // namespace refloat
