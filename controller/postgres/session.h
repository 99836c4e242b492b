// One connection to a target and what is known of it. Internal to postgres/: libpqxx stays behind pqxx_database.
#pragma once

#include <memory>
#include <pqxx/connection>
#include <pqxx/transaction_base>
#include <string>

#include "base/result.h"
#include "model/database_reading.h"
#include "postgres/database.h"

namespace refloat {

// Why there is no connection.
struct ConnectFailure {
  Reach reach = Reach::unreachable;
  std::string detail;
};

// Null and a failure, or a connection.
std::unique_ptr<pqxx::connection> connect(const DatabaseTarget& target, ConnectFailure& failure);

struct SessionFacts {
  bool direct = true;  // the process that answers is the one we connected to: no pooler in between
  bool in_recovery = false;
  bool superuser = false;
};

// Must run inside a transaction, or a pooler may answer each statement from another server connection.
SessionFacts read_session(const pqxx::connection& connection, pqxx::transaction_base& transaction);

}  // namespace refloat
