// The four patch types as the API server applies them.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "model/write.h"

namespace refloat::sim {

// What the patch makes of `object`. A JSON patch that cannot be applied (a failed test included) is `invalid` with no detail, as in the
// real API.
Result<Json> apply_patch(const Json& object, PatchType type, const Json& patch);

// RFC 7386 with Kubernetes' rules for lists of built-in kinds: containers by name, conditions by type, finalizers as a set, ...
void strategic_merge(Json& target, const Json& patch);

}  // namespace refloat::sim
