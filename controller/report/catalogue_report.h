// The catalogue of signatures, and one playbook in prose. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/playbook.h"
#include "model/vocabulary.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {

// Every signature: id, what it means, what it needs, affected versions, playbook.
std::string render_signatures(const std::vector<Playbook>& playbooks, const Vocabulary& vocabulary, Format format, const TextStyle& style);

// One playbook in prose: what it means, how it is proven, what will be done and why that is safe.
std::string render_explanation(const Playbook& playbook, const Vocabulary& vocabulary, Format format, const TextStyle& style);

// What Stack.spec.allow must contain for all steps of a playbook, each once.
std::vector<std::string> permissions_of(const Playbook& playbook, const Vocabulary& vocabulary);

}  // namespace refloat
