// Positions in the history of a resource type.
#pragma once

#include <string_view>

namespace refloat {

// Whether `version` is `than` or stands before it. A version that is no number is never known to: then the answer is false.
// Used only to drop what a list has already shown and to doubt a server, never to choose between two states of an object.
bool not_newer(std::string_view version, std::string_view than);

}  // namespace refloat
