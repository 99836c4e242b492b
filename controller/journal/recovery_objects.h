// Recovery objects on the wire: where they stand, and what of them is open. Shared by the journal and by what makes and ends Recoveries.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"
#include "model/recovery.h"

namespace refloat {

// "/apis/refloat.dev/v1alpha1/namespaces/<ns>/recoveries[/<name>[/<subresource>]]".
Resource recovery_resource(const std::string& ns, const std::string& name = {}, const std::string& subresource = {});

// A process that died between creating the object and its first status had done nothing yet: fills in the status it would have written.
void complete_status(Json& object);

// True when its verdict stands. A verdict that this build does not know counts as open.
bool is_finished_object(const Json& object);

// Those without a verdict, of one Stack or (empty) of all in the namespace. One that cannot be read is an error: it may be unfinished.
Result<std::vector<Recovery>> open_recoveries(KubeApi& api, const std::string& ns, const std::string& stack);

// stale, and which, when another open Recovery is of the same Stack or acts on the same Applications.
Result<> acts_alone(KubeApi& api, const Recovery& recovery);

// The body that makes it: without status, which the server would drop.
Json object_to_create(const Recovery& recovery);

// Takes over what the server assigned: resourceVersion, uid, generation.
void adopt_metadata(const Json& object, Recovery& recovery);

// Sends its status, fenced by its resourceVersion; a lost answer is resolved by looking. stale = somebody wrote in between.
Result<> write_recovery_status(KubeApi& api, const Recovery& stored, Recovery& recovery);

}  // namespace refloat
