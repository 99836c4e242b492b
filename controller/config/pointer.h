// JSON pointers that can also name a list's item by its content: /snapshot/jobs/[name=db-migrate]/status/failed
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace refloat {

// A part is a key (~1 for '/', ~0 for '~'), an index, '-' for one past the end of a list, or [key=value,...]; the key is looked up in the
// item, then in its metadata. A selector that matches no item or several is an error.

// Puts `value` there; maps that are missing on the way are made.
Result<> set_at(Json& document, const std::string& pointer, const Json& value);
// Takes away what is there; nothing there is an error.
Result<> remove_at(Json& document, const std::string& pointer);

}  // namespace refloat
