#include "probe/credentials.h"

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "kube/kube_api.h"
#include "model/credential_reading.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "postgres/database.h"
#include "probe/connection.h"
#include "probe/probe.h"

namespace refloat {
namespace {

// A stored verifier is what the server keeps, not what a client sends: it can neither be compared nor tried.
bool is_verifier(const Secret& password) {
  const std::string& value = password.reveal();
  const bool md5 = value.size() == 35 && value.rfind("md5", 0) == 0 && value.find_first_not_of("0123456789abcdef", 3) == std::string::npos;
  return md5 || value.rfind("SCRAM-SHA-256$", 0) == 0;
}

// The operator strips surrounding space before it sets the role's password.
Secret as_set_by_operator(const Secret& password) {
  return Secret(trim(password.reveal()));
}

LoginAnswer login_once(DatabaseAccess& databases, const DatabaseTarget& target, std::string& detail) {
  std::string said;
  const LoginAnswer answer = databases.try_login(target, said);
  if (answer == LoginAnswer::not_tried && detail.empty()) detail = printable(redact_patterns(redact(said, {target.password})));
  return answer;
}

void try_role(DatabaseAccess& databases, const DatabaseTarget& target, const RoleLogin& role, const Result<>& allowed,
              CredentialReading& reading) {
  if (!allowed) {
    reading.detail = allowed.error().message + "; " + allowed.error().hint;
    return;
  }
  DatabaseTarget as_role = target;
  as_role.user = role.user.empty() ? target.user : role.user;
  as_role.password = as_set_by_operator(role.password);
  reading.with_role = login_once(databases, as_role, reading.detail);
}

void note_unread(const StackDatabase& database, const Error& error, CredentialReading& reading, Snapshot& snapshot) {
  reading.detail = error.message;
  snapshot.unexamined.push_back({"role Secret " + database.role_secret->name + " of database " + database.name,
                                 error.message + (error.hint.empty() ? "" : " (" + error.hint + ")"), error.kind});
}

}  // namespace

CredentialReading read_credential_pair(KubeApi& api, DatabaseAccess& databases, const Stack& stack, const StackDatabase& database,
                                       const DatabaseTarget& target, bool login_refused, const ProbeOptions& options, const Clock& clock,
                                       Snapshot& snapshot) {
  CredentialReading reading;
  reading.database = database.name;
  reading.at = clock.now();
  reading.connection_secret = database.connection.secret ? database.connection.secret->name : "";
  reading.role_secret = database.role_secret->name;
  if (login_refused) reading.with_connection = login_once(databases, target, reading.detail);
  const Result<RoleLogin> role = read_credentials(api, stack, *database.role_secret);
  if (!role) {
    note_unread(database, role.error(), reading, snapshot);
    return reading;
  }
  if (is_verifier(role->password)) {
    reading.detail = "the role Secret holds a password verifier, which cannot be compared";
    return reading;
  }
  reading.compared = true;
  reading.differ = !target.password.equals(role->password);
  reading.users_differ = !role->user.empty() && role->user != target.user;
  const bool would_differ = !target.password.equals(as_set_by_operator(role->password));
  if (would_differ && !reading.differ)
    reading.detail = "both Secrets hold surrounding white space, which the operator strips and the service sends";
  if (login_refused && (would_differ || reading.users_differ)) {
    try_role(databases, target, *role, may_send(stack, database, target, role->secret_hosts, options), reading);
  }
  return reading;
}

}  // namespace refloat
