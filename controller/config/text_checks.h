// What is wrong with a file before any YAML is read: too large, not UTF-8, control characters, tabs as indentation.
#pragma once

#include <cstddef>
#include <string>

#include "base/diagnostics.h"

namespace refloat {

// False, with an error, when the text is not worth parsing.
bool check_text(const std::string& text, const std::string& file, std::size_t bytes_max, Diagnostics& diagnostics);

// True for names that Kubernetes accepts for most objects (RFC 1123 subdomain); what is not cannot be addressed by path.
bool is_object_name(const std::string& name);

// True for "1", "1.18", "1.9.0": what compares as a version.
bool is_version(const std::string& text);

}  // namespace refloat
