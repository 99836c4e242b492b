// CloudNativePG's objects as JSON to the records that diagnosis uses. Whatever is absent or of another type keeps its default.
#pragma once

#include "base/json.h"
#include "model/cnpg.h"

namespace refloat {

PostgresCluster parse_postgres_cluster(const Json& object);
PostgresDatabase parse_postgres_database(const Json& object);
PostgresPooler parse_postgres_pooler(const Json& object);

}  // namespace refloat
