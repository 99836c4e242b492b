#include "reconcile/metered_databases.h"

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "model/credential_reading.h"
#include "model/database_reading.h"
#include "postgres/database.h"

namespace refloat {

void MeteredDatabases::record(const char* operation, double began, const char* error) {
  metrics_.observe("refloat_sql_seconds", {{"operation", operation}}, now_() - began);
  if (error != nullptr) metrics_.count("refloat_sql_errors_total", {{"operation", operation}, {"error", error}});
}

DatabaseReading MeteredDatabases::read(const DatabaseTarget& target, Time now) {
  const double began = now_();
  DatabaseReading reading = databases_.read(target, now);
  record("read", began, reading.reach == Reach::ok ? nullptr : to_string(reading.reach));
  return reading;
}

// A refused password is an answer, not an error.
LoginAnswer MeteredDatabases::try_login(const DatabaseTarget& target, std::string& detail) {
  const double began = now_();
  const LoginAnswer answer = databases_.try_login(target, detail);
  record("login", began, answer == LoginAnswer::not_tried ? to_string(answer) : nullptr);
  return answer;
}

Result<RepairAnswer> MeteredDatabases::repair(const DatabaseTarget& target, const RepairRequest& request) {
  const double began = now_();
  Result<RepairAnswer> answer = databases_.repair(target, request);
  record(request.rehearse ? "rehearsal" : "repair", began, answer ? nullptr : to_string(answer.error().kind));
  return answer;
}

}  // namespace refloat
