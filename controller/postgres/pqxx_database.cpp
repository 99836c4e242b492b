#include "postgres/pqxx_database.h"

#include <exception>
#include <memory>
#include <pqxx/except>
#include <pqxx/transaction>

#include "base/result.h"
#include "base/time.h"
#include "model/credential_reading.h"
#include "model/database_reading.h"
#include "postgres/connect_failure.h"
#include "postgres/conninfo.h"
#include "postgres/database.h"
#include "postgres/expect_query.h"
#include "postgres/fingerprint.h"
#include "postgres/queries.h"
#include "postgres/repair.h"
#include "postgres/session.h"
#include "postgres/temporal_schema.h"

namespace refloat {
namespace {

DatabaseReading blank(const DatabaseTarget& target, Time now) {
  DatabaseReading reading;
  reading.name = target.name;
  reading.at = now;
  reading.address = address_of(target);
  reading.database = target.database.empty() ? target.user : target.database;  // libpq's own default
  reading.user = target.user;
  return reading;
}

bool is_temporal(const std::string& dialect) {
  return dialect == dialect_main || dialect == dialect_visibility;
}

// A read-only transaction: a pooler may discard connection options, never this.
void look(pqxx::connection& connection, const DatabaseTarget& target, DatabaseReading& reading) {
  reading.server_version = connection.server_version();
  pqxx::read_transaction transaction(connection);
  transaction.exec(queries::safe_search_path);
  transaction.exec("SET LOCAL statement_timeout = '10s'");
  transaction.exec("SET LOCAL lock_timeout = '3s'");
  transaction.exec("SET LOCAL idle_in_transaction_session_timeout = '30s'");
  const SessionFacts session = read_session(connection, transaction);
  reading.direct = session.direct;
  reading.in_recovery = session.in_recovery;
  reading.superuser = session.superuser;
  reading.migrators = read_migrators(transaction);
  if (is_temporal(target.dialect)) reading.schema = read_temporal_schema(transaction, target.dialect, SchemaDepth::namespaces);
  if (reading.schema) read_declared(transaction, target.namespaces, *reading.schema);
  if (target.expect_query.empty()) return;
  transaction.exec(queries::own_search_path);
  reading.expect = ask_expectation(transaction, target.expect_query, session.superuser);
}

// What was read so far is not a whole look, so nothing of it may be concluded from.
DatabaseReading broken_off(const DatabaseTarget& target, Time now, Reach reach, const char* words) {
  DatabaseReading reading = blank(target, now);
  reading.reach = reach;
  reading.detail = safe_words(words, target.password);
  return reading;
}

}  // namespace

DatabaseReading PqxxDatabase::read(const DatabaseTarget& target, Time now) {
  DatabaseReading reading = blank(target, now);
  ConnectFailure failure;
  try {
    const auto connection = connect(target, failure);
    if (connection) {
      look(*connection, target, reading);
      reading.reach = Reach::ok;
    } else {
      reading.reach = failure.reach;
      reading.detail = failure.detail;
    }
    return reading;
  } catch (const pqxx::sql_error& error) {
    return broken_off(target, now, Reach::unexamined, error.what());
  } catch (const std::exception& error) {
    return broken_off(target, now, classify_connect_failure(error.what()), error.what());
  }
}

LoginAnswer PqxxDatabase::try_login(const DatabaseTarget& target, std::string& detail) {
  ConnectFailure failure;
  const auto connection = connect(target, failure);
  detail = failure.detail;
  if (connection) return LoginAnswer::accepted;
  // PostgreSQL looks for the database after it has accepted the password.
  if (failure.reach == Reach::no_database) return LoginAnswer::accepted;
  return failure.reach == Reach::refused_credentials ? LoginAnswer::refused : LoginAnswer::not_tried;
}

Result<RepairAnswer> PqxxDatabase::repair(const DatabaseTarget& target, const RepairRequest& request) {
  try {
    return run_repair(target, request);
  } catch (const std::exception& error) {
    return Error{ErrorKind::transient, "repair " + target.name + ": " + safe_words(error.what(), target.password)};
  }
}

}  // namespace refloat
