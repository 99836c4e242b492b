// Reads one step of a playbook.
#pragma once

#include <string>

#include "base/diagnostics.h"
#include "config/yaml_node.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {

struct StepPlace {
  std::string path;            // "spec.steps[2]"
  Scope scope = Scope::stack;  // of the playbook's signature; its facts are the ones `when` may use
};

StepSpec read_step(const YamlNode& node, const StepPlace& place, const Vocabulary& vocabulary, Diagnostics& diagnostics);

}  // namespace refloat
