// The members of Argo CD's objects, for ObjectReader.
#pragma once

#include "cache/json_fields.h"
#include "cache/object_reader.h"
#include "model/application.h"
#include "model/application_set.h"

namespace refloat {

// Throws fields::Unusual or simdjson's error.
void read_fields(fields::Value object, Application& into);
void read_fields(fields::Value object, WatchedProject& into);
void read_fields(fields::Value object, ApplicationSet& into);

}  // namespace refloat
