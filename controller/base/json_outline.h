// Who an object is, of a text that is too deep or too odd to be taken in as a whole.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace refloat {

// The first `levels` levels of objects and lists; what lies deeper is left out, not emptied. An error: the text is no JSON at all.
Result<Json> json_outline(std::string_view text, int levels);

}  // namespace refloat
