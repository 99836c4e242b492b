// DatabaseAccess on libpqxx: one connection per call, closed at its end.
#pragma once

#include "postgres/database.h"

namespace refloat {

class PqxxDatabase final : public DatabaseAccess {
 public:
  DatabaseReading read(const DatabaseTarget& target, Time now) override;
  LoginAnswer try_login(const DatabaseTarget& target, std::string& detail) override;
  Result<RepairAnswer> repair(const DatabaseTarget& target, const RepairRequest& request) override;
};

}  // namespace refloat
