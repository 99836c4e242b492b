// Users' Playbook objects of the cluster, for the commands that are connected to one.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/session.h"
#include "model/playbook.h"
#include "model/snapshot.h"

namespace refloat {

// Where Playbooks are read.
struct PlaybookPlaces {
  std::vector<std::string> namespaces;  // "" = all
  std::set<std::string> instead;        // these, where all may not be read at once
};

// Adds the usable ones to `playbooks`, which holds all others. What is not used is said on stderr, and so is a missing right, which is
// `unexamined` where the kind is installed; only a cluster that cannot be asked is an error.
Result<> add_user_playbooks(Session& session, World& world, const PlaybookPlaces& places, std::vector<Playbook>& playbooks,
                            std::vector<Unexamined>& unexamined);

// All playbooks, those of the cluster among them when `of_cluster`; what went wrong is printed, and then there is no value.
std::optional<std::vector<Playbook>> load_all_playbooks(Session& session, bool of_cluster);

}  // namespace refloat
