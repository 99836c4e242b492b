// From a Stack's declaration to everything needed to log in, and the reasons why not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/probe.h"
#include "probe/secret_reader.h"

namespace refloat {

// Who logs in, and which hosts the Secret that says so names.
struct RoleLogin {
  std::string user;
  Secret password;
  std::vector<std::string> secret_hosts;
};

// A user and password from keys or a DSN of one Secret in the Stack's workload namespace.
Result<RoleLogin> read_credentials(KubeApi& api, const Stack& stack, const SecretKeys& keys);

// Success when the password of a Secret in the Stack's workload namespace may go to this target.
Result<> may_send(const Stack& stack, const StackDatabase& database, const DatabaseTarget& target,
                  const std::vector<std::string>& secret_hosts, const ProbeOptions& options);

}  // namespace refloat
