// The API server and identity that every Pod is given: environment variables and a mounted ServiceAccount.
#pragma once

#include <string>

#include "base/result.h"
#include "kube/kubeconfig.h"

namespace refloat {

// What a Pod finds, in the words of a kubeconfig.
struct InCluster {
  KubeCluster cluster;
  KubeUser user;   // a token file, because the token is rotated
  std::string ns;  // the Pod's own
};

// Reads the mount `directory`; host and port come from the environment.
Result<InCluster> read_in_cluster(const std::string& host, const std::string& port, const std::string& directory);

}  // namespace refloat
