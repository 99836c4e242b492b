// The TLS part of a connection: modes, and the CA as a file that libpq can open.
#pragma once

#include "base/result.h"
#include "kube/kube_api.h"
#include "model/stack.h"
#include "postgres/database.h"

namespace refloat {

// Sets ssl_mode and ssl_root_cert; invalid when the Stack contradicts itself or the DSN, or verification lacks a CA.
Result<> apply_tls(KubeApi& api, const Stack& stack, const Tls& tls, DatabaseTarget& target);

}  // namespace refloat
