// YAML in, playbooks and Stacks out. Unknown keys, wrong types and unknown facts are errors with file:line and a hint.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

// One playbook from YAML text; nothing when there were errors.
std::optional<Playbook> read_playbook(const std::string& yaml, const std::string& file, const Vocabulary& vocabulary,
                                      Diagnostics& diagnostics);

// As many mistakes of an object are told; for more nobody looks, because whoever wrote it is not the one who waits.
inline constexpr std::size_t mistakes_told_max = 3;

// A playbook from the JSON of the Kubernetes object; of its metadata only name and namespace matter. Its spec is within the limits.
std::optional<Playbook> read_playbook_object(const Json& object, const Vocabulary& vocabulary, Diagnostics& diagnostics);

// Every Stack in YAML text (several documents allowed); broken ones are left out, with errors. With `playbooks` a signature that none of
// them has is an error too, and so is one that only a Playbook of another namespace has; null = they are not known here, any will do.
std::vector<Stack> read_stacks(const std::string& yaml, const std::string& file, Diagnostics& diagnostics,
                               const std::vector<Playbook>* playbooks = nullptr);

// A Stack from the JSON of the Kubernetes object; `playbooks` as above.
std::optional<Stack> read_stack_object(const Json& object, Diagnostics& diagnostics, const std::vector<Playbook>* playbooks = nullptr);

// The optional objects that the facts of these playbooks ask for.
std::set<ObjectKind> objects_of(const std::vector<Playbook>& playbooks, const Vocabulary& vocabulary);

// Of the spec of a Kubernetes object, as Playbook::digest.
std::string playbook_digest(const Json& spec);

// Checks of one playbook by itself: roles, steps out of phase, missing `within`.
void lint_playbook(const Playbook& playbook, const Vocabulary& vocabulary, Diagnostics& diagnostics);

// Checks across playbooks: duplicate names and signature ids, unknown ids in `explains`, cycles, steps out of phase, missing `within`.
void lint_playbooks(const std::vector<Playbook>& playbooks, const Vocabulary& vocabulary, Diagnostics& diagnostics);

}  // namespace refloat
