// What the API server adds to and refuses in objects of built-in kinds, as far as anybody here depends on it.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "sim/resource_types.h"

namespace refloat::sim {

// Fills in defaults: a Job's limits and selector, a Deployment's strategy, stringData of Secrets, ...
void apply_defaults(const ResourceType& type, Json& object);
// stringData of a Secret becomes data, at every write.
void encode_string_data(Json& secret);
// Why the object is refused with 422; empty when it is fine.
std::string validation_error(const ResourceType& type, const Json& object);
// Why this change is refused with 422; empty when it is fine.
std::string immutable_error(const ResourceType& type, const Json& before, const Json& after);
// Seconds a deletion waits for the kubelet: 0 for anything but a pod that runs.
std::int64_t grace_seconds(const Json& object);
// Whether an object that is being deleted goes as soon as its last finalizer is gone; a pod waits for its kubelet.
bool deletes_when_unfinalized(const ResourceType& type, const Json& object);
// Five characters for generateName.
std::string name_suffix(const std::string& uid);

}  // namespace refloat::sim
