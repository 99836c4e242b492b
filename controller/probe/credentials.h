// Two Secrets claim to know a role's password: do they agree, and which one does the database accept?
#pragma once

#include "base/clock.h"
#include "model/snapshot.h"
#include "probe/probe.h"

namespace refloat {

// Compares the connection's Secret with the role Secret; after a refused login also tries each once. Only verdicts leave.
CredentialReading read_credential_pair(KubeApi& api, DatabaseAccess& databases, const Stack& stack, const StackDatabase& database,
                                       const DatabaseTarget& target, bool login_refused, const ProbeOptions& options, const Clock& clock,
                                       Snapshot& snapshot);

}  // namespace refloat
