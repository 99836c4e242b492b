// Users' Playbook objects beside the built-in catalogue: which of them count. A user's playbook never replaces or disturbs a built-in one.
#pragma once

#include <cstddef>
#include <vector>

#include "base/json.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"
#include "model/vocabulary.h"

namespace refloat {

// Usable Playbooks of one namespace; what is older counts first.
inline constexpr std::size_t user_playbooks_max = 100;

struct JudgedPlaybooks {
  std::vector<Playbook> usable;
  std::vector<PlaybookVerdict> verdicts;  // one for each object
};

// Each namespace for itself. Not usable: what cannot be read, what takes the name or signature id of a built-in playbook or of an older
// one beside it, and what breaks a rule between playbooks.
JudgedPlaybooks judge_playbooks(const std::vector<Json>& objects, const std::vector<Playbook>& built_in, const Vocabulary& vocabulary);

}  // namespace refloat
