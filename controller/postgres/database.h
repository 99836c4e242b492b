// A Stack's databases as a port: look, try a login, repair. Implemented by postgres/pqxx_database (real PostgreSQL, also in tests and
// demo).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "model/credential_reading.h"
#include "model/database_reading.h"
#include "model/stack.h"
#include "model/write.h"

namespace refloat {

// Everything needed to connect, resolved from Stack and Secrets; lives only as long as a pass.
struct DatabaseTarget {
  std::string name;  // as in the Stack
  std::string dialect;
  std::string host;       // the name TLS verifies
  std::string dial_host;  // where to connect instead; empty = host (--database-address)
  int port = 5432;
  std::string database;
  std::string user;
  Secret password;
  std::string ssl_mode;                   // libpq's; empty = libpq's default (prefer)
  std::string ssl_root_cert;              // path of a PEM file
  std::vector<std::string> namespaces;    // the Stack declares these, of dialect temporal; a look names them however many there are
  std::string expect_query;               // the Stack's bootstrap query, if it is asked of this database
  std::string role;                       // application role whose rows live here; for display only
  std::shared_ptr<void> keeps = nullptr;  // owns the temporary files named above; they go with the last copy of this target
};

struct RepairRequest {
  RepairKind kind;
  std::vector<std::string> arguments;
  bool rehearse = false;  // the same transaction, rolled back at the end
};

struct RepairAnswer {
  int rows = 0;            // rows changed or objects made
  Json removed = nullptr;  // the removed rows, as evidence
  std::string message;
};

class DatabaseAccess {
 public:
  virtual ~DatabaseAccess() = default;
  // One look; never fails as a call: what went wrong is in reach/detail.
  virtual DatabaseReading read(const DatabaseTarget& target, Time now) = 0;
  // One login with this target's user and password, closed at once.
  virtual LoginAnswer try_login(const DatabaseTarget& target, std::string& detail) = 0;
  // A guarded repair in one transaction. invalid = the guard refused (nothing changed); transient = lock timeout; ambiguous = COMMIT
  // unanswered.
  virtual Result<RepairAnswer> repair(const DatabaseTarget& target, const RepairRequest& request) = 0;
};

// The statements a repair sends, for plan and journal; none when its arguments name nothing that it could make.
std::vector<std::string> repair_statements(RepairKind kind, const std::vector<std::string>& arguments);

}  // namespace refloat
