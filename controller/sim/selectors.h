// Label selectors as the API server understands them.
#pragma once

#include <string>

#include "base/json.h"

namespace refloat::sim {

// "a=b,c!=d,e in (f,g),h,!i"; an empty selector matches everything.
bool labels_match(const std::string& selector, const Json& labels);
// {matchLabels, matchExpressions} of a Deployment or a RollingSync step.
bool selector_object_matches(const Json& selector, const Json& labels);

}  // namespace refloat::sim
