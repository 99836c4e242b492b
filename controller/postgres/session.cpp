#include "postgres/session.h"

#include <exception>
#include <memory>
#include <pqxx/result>

#include "base/result.h"
#include "base/text.h"
#include "model/database_reading.h"
#include "postgres/connect_failure.h"
#include "postgres/conninfo.h"
#include "postgres/database.h"
#include "postgres/queries.h"

namespace refloat {

std::unique_ptr<pqxx::connection> connect(const DatabaseTarget& target, ConnectFailure& failure) {
  const auto options = conninfo(target);
  if (!options) {
    failure = {options.error().kind == ErrorKind::invalid ? Reach::unexamined : Reach::unreachable, printable(options.error().message)};
    return nullptr;
  }
  try {
    return std::make_unique<pqxx::connection>(*options);
  } catch (const std::exception& caught) {
    failure = {classify_connect_failure(caught.what()), safe_words(caught.what(), target.password)};
    return nullptr;
  }
}

SessionFacts read_session(const pqxx::connection& connection, pqxx::transaction_base& transaction) {
  const pqxx::row row = transaction.exec1(queries::session);
  return {row[0].as<int>() == connection.backendpid(), row[1].as<bool>(), row[2].as<bool>()};
}

}  // namespace refloat
