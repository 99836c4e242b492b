#include "sim/patch.h"

#include <exception>

#include "base/json.h"
#include "base/result.h"
#include "model/write.h"

namespace refloat::sim {

namespace {

Result<Json> json_patch(const Json& object, const Json& patch) {
  try {
    return object.patch(patch);
  } catch (const std::exception&) {
    return Error{ErrorKind::invalid, "the server rejected our request due to an error in our request"};
  }
}

}  // namespace

Result<Json> apply_patch(const Json& object, PatchType type, const Json& patch) {
  if (type == PatchType::json) {
    return json_patch(object, patch);
  }
  if (!patch.is_object()) {
    return Error{ErrorKind::invalid, "the patch is not an object"};
  }
  Json patched = object;
  if (type == PatchType::merge) {
    merge_patch(patched, patch);
  } else {
    strategic_merge(patched, patch);  // an apply by one manager alone changes the same fields
  }
  return patched;
}

}  // namespace refloat::sim
