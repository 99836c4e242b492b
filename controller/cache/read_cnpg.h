// The members of CloudNativePG's objects, for ObjectReader.
#pragma once

#include "cache/json_fields.h"
#include "model/cnpg.h"

namespace refloat {

// Throws fields::Unusual or simdjson's error.
void read_fields(fields::Value object, PostgresCluster& into);
void read_fields(fields::Value object, PostgresDatabase& into);
void read_fields(fields::Value object, PostgresPooler& into);

}  // namespace refloat
