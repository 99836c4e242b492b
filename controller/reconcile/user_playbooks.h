// Users' Playbooks as they stand in the cluster now, for a command that reads them once.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/user_playbooks.h"
#include "kube/kube_api.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "reconcile/reconcile.h"

namespace refloat {

// Of one namespace, or (empty) of all, judged beside `built_in`. None where the kind is not installed; a missing right is an error. One
// that cannot be taken in is refused and disturbs no other.
Result<JudgedPlaybooks> read_user_playbooks(KubeApi& api, const std::string& ns, const std::vector<Playbook>& built_in);

// What a Stack or Application of this namespace is judged by: without the Playbooks of other namespaces.
Inputs inputs_for(const Inputs& inputs, const std::string& ns);

// The same, where the plan rests on users' Playbooks, with these as they stand now: it holds only as long as they are what they were. Only
// those that the plan names are read, and all of the namespace where one is not what was heard of it last. An error: they cannot be read
// now, for want of a right or of the kind, which says nothing about them.
Result<Inputs> inputs_for_run(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan);

}  // namespace refloat
