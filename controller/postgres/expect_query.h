// A Stack's own question to its database: one SELECT that answers true or false. Internal to postgres/.
#pragma once

#include <pqxx/transaction_base>
#include <string>

#include "model/database_reading.h"

namespace refloat {

// Asks by the extended protocol, which takes one statement only; the transaction must be read-only. Refused for a superuser:
// for one, functions reach the server's files and programs.
ExpectAnswer ask_expectation(pqxx::transaction_base& transaction, const std::string& query, bool superuser);

}  // namespace refloat
