// Users' Playbook objects beside the built-in catalogue: which of them count. A user's playbook never replaces or disturbs a built-in one.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"
#include "model/vocabulary.h"

namespace refloat {

// What the Playbooks of one namespace may ask of us together, however they are cut: each is judged at every look at every Stack there.
// What is older comes first; the rest is refused unread.
inline constexpr std::size_t user_playbooks_max = 100;
inline constexpr std::size_t user_playbook_values_max = 20000;
inline constexpr std::size_t user_playbook_bytes_max = std::size_t{1} << 20U;
// Few recoveries run at the same time, for all namespaces: none may keep its place for ever.
inline constexpr Duration user_step_max = std::chrono::hours(1);

// All of a Playbook object that is judged: what its status, labels and managed fields say changes nothing. Of one that is beyond all limits
// only who it is, and why it is not read.
Json judged_part(const Json& object);
// The same of one that cannot be taken in at all. `outline` holds at least its metadata; `why` is told as it stands.
Json unreadable_playbook(const Json& outline, const std::string& why);

struct JudgedPlaybooks {
  std::vector<Playbook> usable;
  std::vector<PlaybookVerdict> verdicts;  // one for each object
};

// Each namespace for itself. Not usable: what cannot be read, what takes the name or signature id of a built-in playbook or of an older
// one beside it, what breaks a rule between playbooks, and what is more than the limits above allow.
JudgedPlaybooks judge_playbooks(const std::vector<Json>& objects, const std::vector<Playbook>& built_in, const Vocabulary& vocabulary);
JudgedPlaybooks judge_playbooks(const std::vector<const Json*>& objects, const std::vector<Playbook>& built_in,
                                const Vocabulary& vocabulary);

}  // namespace refloat
