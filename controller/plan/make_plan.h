// Merges all confirmed findings of one Stack into one ordered list of steps. Pure.
#pragma once

#include <vector>

#include "model/finding.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

// Steps of every root cause's playbook, in phase order; within a phase in the vocabulary's order of actions. A step that two findings
// want stands once. Steps for a role that the Stack does not have are left out. Writes and guardrails are filled in later.
Plan merge_plan(const StackDiagnosis& diagnosis, const std::vector<Playbook>& playbooks, const Stack& stack, const Vocabulary& vocabulary,
                Time now);

// SHA-256 over which Applications the Stack's are and what they deploy from where to where, without the revision that is compared now.
std::string digest_of_sources(const Stack& stack, const Snapshot& snapshot);

// SHA-256 over what the plan rests on: uids and compared revisions of the Stack's Applications, playbook contents, evidence values and
// steps. Two plans made from the same state have the same digest; read times do not count.
std::string seal(const Plan& plan, const std::vector<Playbook>& playbooks, const Stack& stack, const Snapshot& snapshot);

}  // namespace refloat
