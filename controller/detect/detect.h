// Signatures over snapshots: which hold, on what, since when, and which of them explain others. Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "detect/fact.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

// Evaluates a condition tree; all = worst of no < unknown < soon < yes, any = best; evidence of the facts that decided.
Judgement judge(const Condition& condition, const FactContext& context);
// The same with every fact that rests on more than watched objects unknown: its no and its yes hold whatever a dear read would say.
Judgement judge_watched(const Condition& condition, const FactContext& context);
// With those unknown too that hold one kind of watched objects against another: the stream of one may lag behind that of the other.
Judgement judge_one_kind_each(const Condition& condition, const FactContext& context);

// The playbooks' signatures on one Stack, causes separated from effects.
StackDiagnosis diagnose_stack(const std::vector<Playbook>& playbooks, const Stack& stack, const Snapshot& snapshot, Time now);

// Signatures that need no Stack, on every Application that none of `stacks` names.
StackDiagnosis diagnose_applications(const std::vector<Playbook>& playbooks, const std::vector<Stack>& stacks, const Snapshot& snapshot,
                                     Time now);

// From when on a watched object alone makes any signature of this Stack worth the dear reads: `now`, or later if it has only to last;
// nothing = it does not.
std::optional<Time> suspicious_from(const std::vector<Playbook>& playbooks, const Stack& stack, const Snapshot& snapshot, Time now);

// What watched objects alone prove.
struct Early {
  std::vector<Finding> findings;      // root causes, as far as the last whole look goes
  std::optional<Time> look_again_at;  // when a signature that is true but too young comes of age
};

// Findings whose every part is watched, unless a cause that only a dear read can tell may explain them: it may, unless `latest`, the last
// whole look, saw nothing of it and nothing watched speaks for it by now. Nothing at all while anything watched is unexamined.
Early detect_early(const std::vector<Playbook>& playbooks, const Stack& stack, const Snapshot& watched, const StackDiagnosis& latest,
                   Time now);

}  // namespace refloat
