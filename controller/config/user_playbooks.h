// Users' Playbook objects beside the built-in catalogue: which of them count. A user's playbook never replaces or disturbs a built-in one.
#pragma once

#include <string>
#include <vector>

#include "config/user_playbook.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"

namespace refloat {

struct JudgedPlaybooks {
  std::vector<Playbook> usable;
  std::vector<PlaybookVerdict> verdicts;   // one for each object
  std::vector<std::string> without_room;   // names of those that are more than a namespace may have
  std::vector<std::string> to_read_again;  // of those that there was no room to keep, and now there is
};

// Each namespace for itself. Not usable: what cannot be read, what takes the name or signature id of a built-in playbook or of an older
// one beside it, what breaks a rule between playbooks, and what is more than the limits allow: older ones come first, the rest is refused
// unread.
JudgedPlaybooks judge_playbooks(const std::vector<const UserPlaybook*>& objects, const std::vector<Playbook>& built_in);

// Of one namespace: those that there is no room for.
std::vector<const UserPlaybook*> beyond_room(std::vector<const UserPlaybook*> objects);

}  // namespace refloat
