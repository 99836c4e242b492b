// The databases with a stopwatch: how long each look, login and repair took and how it failed. No label names a database.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "model/credential_reading.h"
#include "model/database_reading.h"
#include "postgres/database.h"
#include "reconcile/stopwatch.h"
#include "report/metrics.h"

namespace refloat {

class MeteredDatabases final : public DatabaseAccess {
 public:
  // Both must outlive it.
  MeteredDatabases(DatabaseAccess& databases, Metrics& metrics, SecondsNow seconds = steady_seconds)
      : databases_(databases), metrics_(metrics), now_(std::move(seconds)) {}

  DatabaseReading read(const DatabaseTarget& target, Time now) override;
  LoginAnswer try_login(const DatabaseTarget& target, std::string& detail) override;
  Result<RepairAnswer> repair(const DatabaseTarget& target, const RepairRequest& request) override;

 private:
  // `error` is null when it went well.
  void record(const char* operation, double began, const char* error);

  DatabaseAccess& databases_;
  Metrics& metrics_;
  SecondsNow now_;
};

}  // namespace refloat
