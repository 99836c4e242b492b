// What a signature is asked about in a Stack, and the finding it makes there.
#pragma once

#include <string>
#include <vector>

#include "detect/fact.h"
#include "model/finding.h"
#include "model/object_ref.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

// Everything of the Stack that the signature's scope means.
std::vector<Subject> subjects_of(const Signature& signature, const Stack& stack, const Snapshot& snapshot);

// The subject as others know it: an Application, a database of the Stack, or the Stack.
ObjectRef reference(const FactContext& context);
std::string finding_id(const Signature& signature, const FactContext& context);

// The finding of a signature whose `confirm` was judged yes.
Finding make_finding(const Playbook& playbook, const FactContext& context, const Judgement& confirmed);

}  // namespace refloat
