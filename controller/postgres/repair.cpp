#include "postgres/repair.h"

#include <exception>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "model/write.h"
#include "postgres/connect_failure.h"
#include "postgres/database.h"
#include "postgres/repair_guard.h"
#include "postgres/repair_script.h"
#include "postgres/session.h"
#include "postgres/temporal_schema.h"

namespace refloat {
namespace {

Error refused(const std::string& guard) {
  return {ErrorKind::invalid, guard + "; nothing was changed"};
}

// What PostgreSQL's own refusal means: the transaction is rolled back in every case.
ErrorKind kind_of_state(const std::string& state) {
  if (state == "42501") return ErrorKind::denied;
  for (const char* passing : {"55P03", "57014", "40001", "40P01", "57P01", "57P02", "57P03", "25P03"}) {
    if (state == passing) return ErrorKind::transient;
  }
  return ErrorKind::invalid;
}

// libpqxx leaves the code out of the one exception it has for missing rights.
std::string sqlstate_of(const pqxx::sql_error& error) {
  const bool rights = error.sqlstate().empty() && dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr;
  return rights ? "42501" : error.sqlstate();
}

Error of_sql(const pqxx::sql_error& error, const Secret& password) {
  const std::string text = error.what();
  const std::string state = sqlstate_of(error);
  return {kind_of_state(state), safe_words(text.substr(0, text.find('\n')), password) + " (" + state + "); nothing was changed"};
}

// The server gave up the session instead of answering: the commit may or may not have happened.
bool server_left(const std::string& state) {
  return state.substr(0, 3) == "57P" || state.substr(0, 2) == "08" || state.substr(0, 2) == "XX";
}

Error unanswered(const std::string& words, const Secret& password) {
  return {ErrorKind::ambiguous, "COMMIT was sent and not answered: " + safe_words(words, password)};
}

class Repair {
 public:
  Repair(const DatabaseTarget& target, const RepairRequest& request, RepairScript script)
      : target_(target), request_(request), script_(std::move(script)) {}

  Result<RepairAnswer> run(pqxx::connection& connection) {
    pqxx::nontransaction transaction(connection);  // BEGIN and COMMIT are statements of the script
    for (const std::string& statement : script_.open) transaction.exec(statement);
    if (auto safe = check(connection, transaction); !safe) return safe.error();
    RepairAnswer answer;
    if (auto changed = change(transaction, answer); !changed) return changed.error();
    if (const auto others = refuse_beside(read_migrators(transaction))) return refused(*others);
    return finish(transaction, std::move(answer));
  }

  // Whether COMMIT was sent: from then on silence means we do not know.
  [[nodiscard]] bool committing() const { return committing_; }

 private:
  Result<> check(pqxx::connection& connection, pqxx::transaction_base& transaction) {
    const SessionFacts session = read_session(connection, transaction);
    if (!session.direct) return refused("guard direct: a pooler answers, repairs need the server itself");
    if (session.in_recovery) return refused("guard primary: this server is a standby");
    if (!transaction.exec1(script_.serialise)[0].as<bool>()) {
      return Error{ErrorKind::transient, "another refloat is repairing this database; nothing was changed"};
    }
    for (const std::string& lock : script_.locks) transaction.exec(lock);
    RepairScene scene;
    scene.dialect = target_.dialect;
    scene.database = connection.dbname();
    scene.migrators = read_migrators(transaction);
    const bool deep = about_metadata_row(request_.kind);
    scene.schema = read_temporal_schema(transaction, target_.dialect, deep ? SchemaDepth::namespaces : SchemaDepth::versions);
    if (const auto refusal = refuse_repair(request_.kind, request_.arguments, scene)) return refused(*refusal);
    return ok();
  }

  Result<> change(pqxx::transaction_base& transaction, RepairAnswer& answer) {
    Json rows = Json::array();
    for (const std::string& statement : script_.change) {
      const pqxx::result result = transaction.exec(statement);
      ++answer.rows;
      if (!script_.returns_rows) continue;
      if (result.size() != 1) return refused("guard count: " + std::to_string(result.size()) + " rows would change instead of one");
      auto row = parse_json(result[0][0].c_str());
      if (!row) return row.error();
      rows.push_back(*row);
    }
    const bool removes = request_.kind == RepairKind::remove_orphaned_metadata_row || request_.kind == RepairKind::rename_version_row;
    if (removes) answer.removed = rows;
    return ok();
  }

  Result<RepairAnswer> finish(pqxx::transaction_base& transaction, RepairAnswer answer) {
    const std::string statement = script_.all(request_.rehearse).back();
    committing_ = !request_.rehearse;
    transaction.exec(statement);
    const std::string what = script_.returns_rows ? " row" : " object";
    answer.message = std::to_string(answer.rows) + what + (answer.rows == 1 ? "" : "s") +
                     (request_.rehearse ? " would change; rolled back" : " changed");
    return answer;
  }

  const DatabaseTarget& target_;
  const RepairRequest& request_;
  RepairScript script_;
  bool committing_ = false;
};

// After an exception nothing more is sent: libpqxx would reconnect, outside the transaction.
Result<RepairAnswer> guarded_run(Repair& repair, pqxx::connection& connection, const Secret& password) {
  try {
    return repair.run(connection);
  } catch (const pqxx::sql_error& error) {
    if (repair.committing() && server_left(error.sqlstate())) return unanswered(error.what(), password);
    return of_sql(error, password);
  } catch (const std::exception& error) {
    if (repair.committing()) return unanswered(error.what(), password);
    return Error{ErrorKind::transient,
                 "the connection was lost before COMMIT, the server rolls back: " + safe_words(error.what(), password)};
  }
}

}  // namespace

Result<RepairAnswer> run_repair(const DatabaseTarget& target, const RepairRequest& request) {
  auto script = repair_script(request.kind, request.arguments);
  if (!script) return script.error();
  ConnectFailure failure;
  const auto connection = connect(target, failure);
  if (!connection) return Error{kind_of(failure.reach), "connect to " + target.name + ": " + failure.detail};
  Repair repair(target, request, *script);
  return guarded_run(repair, *connection, target.password);
}

}  // namespace refloat
