#include "sim/stored_object.h"

#include <utility>

#include "base/json.h"

namespace refloat::sim {

namespace {
const Json no_object;
}

const Json& StoredObject::json() const {
  return object_ ? *object_ : no_object;
}

Json StoredObject::take() && {
  if (object_.use_count() == 1) return std::move(*object_);
  return json();
}

}  // namespace refloat::sim
