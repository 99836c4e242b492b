#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "model/database_reading.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "postgres/database.h"
#include "probe/credentials.h"
#include "probe/probe.h"

namespace refloat {
namespace {

std::string with_hint(const Error& error) {
  return error.hint.empty() ? error.message : error.message + "; " + error.hint;
}

// We did not look, and say why: in the reading for the facts, in `unexamined` for the report.
void note_unexamined(const StackDatabase& database, const Error& error, Time at, Snapshot& snapshot) {
  DatabaseReading reading;
  reading.name = database.name;
  reading.at = at;
  reading.reach = Reach::unexamined;
  reading.detail = with_hint(error);
  snapshot.databases[database.name] = reading;
  snapshot.unexamined.push_back({"database " + database.name, with_hint(error), error.kind});
}

// Second line of defence: whatever a server or client library echoes, the password is not in it.
void scrub(DatabaseReading& reading, const Secret& password) {
  for (std::string* text : {&reading.address, &reading.user}) *text = redact(std::move(*text), {password});
  for (std::string* text : {&reading.detail, &reading.expect.error})
    *text = printable(redact_patterns(redact(std::move(*text), {password})));
  for (MigratorSession& session : reading.migrators) session.doing = redact(std::move(session.doing), {password});
}

void probe_one(KubeApi& api, DatabaseAccess& databases, const Stack& stack, const StackDatabase& database, const ProbeOptions& options,
               const Clock& clock, Snapshot& snapshot) {
  const Time at = clock.now();
  const Result<DatabaseTarget> target = resolve_target(api, stack, database, options);
  if (!target) return note_unexamined(database, target.error(), at, snapshot);
  DatabaseReading reading = databases.read(*target, at);
  scrub(reading, target->password);
  const Reach reach = reading.reach;
  if (reach == Reach::unexamined) snapshot.unexamined.push_back({"database " + database.name, reading.detail, ErrorKind::transient});
  snapshot.databases[database.name] = std::move(reading);
  const bool refused = reach == Reach::refused_credentials;
  if (!database.role_secret || (!refused && reach != Reach::ok)) return;
  snapshot.credentials[database.name] = read_credential_pair(api, databases, stack, database, *target, refused, options, clock, snapshot);
}

}  // namespace

void probe_databases(KubeApi& api, DatabaseAccess& databases, const Stack& stack, const ProbeOptions& options, const Clock& clock,
                     Snapshot& snapshot) {
  if (!snapshot.is_destination(stack.workload_namespace)) {
    const std::string why =
        snapshot.applications.empty()
            ? "the Stack's Applications could not be read, so where they deploy is unknown and no Secret is read"
            : "none of the Stack's Applications deploys into namespace " + stack.workload_namespace + ", so none of its Secrets is read";
    const Error refused{ErrorKind::denied, why};
    for (const StackDatabase& database : stack.databases) note_unexamined(database, refused, clock.now(), snapshot);
    return;
  }
  for (const StackDatabase& database : stack.databases) probe_one(api, databases, stack, database, options, clock, snapshot);
}

}  // namespace refloat
