#include "model/finding.h"

#include <algorithm>
#include <string>

#include "model/object_ref.h"

namespace refloat {

bool is_pending(const StackDiagnosis& look, const std::string& signature, const ObjectRef& subject) {
  return std::any_of(look.pending.begin(), look.pending.end(),
                     [&](const Pending& each) { return each.signature == signature && each.subject.same_name(subject); });
}

}  // namespace refloat
