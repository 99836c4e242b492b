// The members of Argo CD's objects, for ObjectReader.
#pragma once

#include "cache/json_fields.h"
#include "cache/object_reader.h"
#include "model/application.h"

namespace refloat {

// Throws fields::Unusual or simdjson's error.
void read_fields(fields::Value object, Application& into);
void read_fields(fields::Value object, WatchedProject& into);

}  // namespace refloat
