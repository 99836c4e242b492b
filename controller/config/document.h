// What every object of ours begins with: apiVersion, kind, metadata.
#pragma once

#include <string>

#include "base/diagnostics.h"
#include "config/fields.h"

namespace refloat {

// The kind a document says it is; "" when it says none.
std::string kind_of(const YamlNode& document);

struct Metadata {
  std::string name;
  std::string ns;  // empty when not given
};

// Checks apiVersion and kind and reads metadata.
Metadata read_header(Fields& document, const std::string& kind, Diagnostics& diagnostics);

}  // namespace refloat
