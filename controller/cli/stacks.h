// The Stacks a command is about: from files, else from the cluster, narrowed by name.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/session.h"
#include "model/playbook.h"
#include "model/snapshot.h"

namespace refloat {

// Adds to the playbooks what counts for these Stacks besides.
using AddPlaybooks = std::function<Result<>(const std::vector<Stack>& chosen)>;

// From -f if given, else the cluster's Stack objects where that kind is installed. What may not be listed becomes an Unexamined. A Stack
// may name the signatures that `playbooks` has once `add` was called, which is called once.
Result<std::vector<Stack>> load_stacks(Session& session, World& world, const std::vector<Playbook>& playbooks, const AddPlaybooks& add,
                                       std::vector<Unexamined>& unexamined);

// Why a Stack of this name, or with no name any at all, may be missing among those that were read: it is broken, or a right is missing.
std::optional<Error> why_unread(const std::vector<Unexamined>& gaps, const std::string& name = {}, const std::string& ns = {});

// Those named NAME or NAMESPACE/NAME; an unknown name is an error. No names = all.
Result<std::vector<Stack>> select_stacks(const std::vector<Stack>& stacks, const std::vector<std::string>& names, const std::string& ns);

}  // namespace refloat
