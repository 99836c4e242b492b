// Reads one step of a playbook.
#pragma once

#include <cstddef>
#include <string>

#include "base/diagnostics.h"
#include "config/condition_reader.h"
#include "config/yaml_node.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {

struct StepPlace {
  std::string path;            // "spec.steps[2]"
  Scope scope = Scope::stack;  // of the playbook's signature; its facts are the ones `when` may use
  std::size_t enough = every_mistake;
};

StepSpec read_step(const YamlNode& node, const StepPlace& place, const Vocabulary& vocabulary, Diagnostics& diagnostics);

}  // namespace refloat
