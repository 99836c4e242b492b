// Users' Playbook objects of the cluster, for the commands that are connected to one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/session.h"
#include "model/playbook.h"

namespace refloat {

// Adds the usable ones of these namespaces ("" = all) to `playbooks`, which holds all others. What is not used, and a missing right, is
// said on stderr; only a cluster that cannot be asked is an error.
Result<> add_user_playbooks(Session& session, World& world, const std::vector<std::string>& namespaces, std::vector<Playbook>& playbooks);

// All playbooks, those of the cluster among them when `of_cluster`; what went wrong is printed, and then there is no value.
std::optional<std::vector<Playbook>> load_all_playbooks(Session& session, bool of_cluster);

}  // namespace refloat
