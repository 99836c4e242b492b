// Writes Stack.status, and only when it says something new.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/stack.h"

namespace refloat {

enum class StatusWrite { unchanged, written };

// `previous` is the status that `next` was made from, `stack.resource_version` the version it was read in: stale = the Stack changed in
// between, so look again. Members that `next` lacks are removed.
Result<StatusWrite> write_stack_status(KubeApi& api, const Stack& stack, const Json& previous, const Json& next);

}  // namespace refloat
