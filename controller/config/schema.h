// The JSON Schema of a playbook, so that editors complete and check what the reader would refuse.
#pragma once

#include <string>

#include "model/vocabulary.h"

namespace refloat {

// Draft 2020-12, indented, keys sorted, no newline at the end: the same vocabulary always gives the same text.
std::string playbook_schema(const Vocabulary& vocabulary);

}  // namespace refloat
