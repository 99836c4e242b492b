// The credentials of a kubeconfig user or of a Pod's ServiceAccount.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "kube/endpoint.h"
#include "kube/exec_plugin.h"
#include "kube/kubeconfig.h"

namespace refloat {

// Checks that `user` says one clear thing, then serves it: files are read again each minute and after a 401, plugins run again when needed.
Result<std::shared_ptr<Credentials>> make_credentials(const KubeUser& user, const ExecSurroundings& surroundings, Clock& clock);

}  // namespace refloat
