// A connection string as people put it into Secrets and charts: URI ("postgres://user:word@host:5432/db?sslmode=require") or keywords.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "postgres/database.h"

namespace refloat {

// The parts of a DSN that we use. Errors never quote the text: libpq's own would show fragments of the password.
Result<DatabaseTarget> parse_dsn(const Secret& dsn);

}  // namespace refloat
