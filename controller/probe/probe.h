// The dear reads: databases, Secrets (by name, forgotten at once) and logs, added to a Snapshot.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kube/kube_api.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "postgres/database.h"

namespace refloat {

struct ProbeOptions {
  // Database NAME or STACK/NAME -> HOST:PORT to dial instead (the TLS name stays); given by the person, hence trusted.
  std::map<std::string, std::string> addresses;
  std::vector<std::string> trusted_hosts;  // hosts the installer allows a password to be sent to
  bool in_cluster = false;                 // Service names resolve from here
  int log_pods_max = 6;                    // pods whose logs are read per pass
};

// Connection facts of one database, from Stack, Secret or DSN. denied = a Secret may not be read; invalid = incomplete or contradictory.
// A password goes only to a host named in its Secret, to a Service of its namespace, to options.trusted_hosts, or to an address the person
// gave.
Result<DatabaseTarget> resolve_target(KubeApi& api, const Stack& stack, const StackDatabase& database, const ProbeOptions& options);

// Reads every database of the Stack; where a login is refused, compares the two Secrets and tries each once.
void probe_databases(KubeApi& api, DatabaseAccess& databases, const Stack& stack, const ProbeOptions& options, const Clock& clock,
                     Snapshot& snapshot);

// Last log lines of pods that crash or failed, of the Stack's workloads and its Applications' Jobs.
void probe_logs(KubeApi& api, const Stack& stack, const ProbeOptions& options, const Clock& clock, Snapshot& snapshot);

}  // namespace refloat
