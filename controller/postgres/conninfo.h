// The options of one connection, written so that no value can smuggle in another option and no environment variable can change them.
#pragma once

#include <string>

#include "base/result.h"
#include "postgres/database.h"

namespace refloat {

// Under this name PostgreSQL's log and pg_stat_activity show our sessions.
inline constexpr const char* application_name = "refloat";

// libpq's keyword form. Resolves dial_host, because libpq keeps the TLS name only beside a numeric address.
Result<std::string> conninfo(const DatabaseTarget& target);

// "host:port/database", and where we dial instead.
std::string address_of(const DatabaseTarget& target);

}  // namespace refloat
