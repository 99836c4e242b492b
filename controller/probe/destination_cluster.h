// The clusters that Argo CD deploys to, from the Secrets in which it keeps them: read by name, never listed, and only those that the
// installer named. What may be done there is what Argo CD's own credentials may do.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kube/connect.h"
#include "kube/kube_api.h"
#include "kube/kubeconfig.h"

namespace refloat {

// What a cluster Secret says (Argo CD 3.x: keys name, server, namespaces, config).
struct DestinationCluster {
  std::string name;                     // as Applications call it; its address where the Secret gives no name
  std::string server;                   // as Applications call it
  std::vector<std::string> namespaces;  // all that the credentials are meant for; empty = no limit
  KubeCluster cluster;
  KubeUser user;
};

// Errors name the Secret and the key, never a value.
Result<DestinationCluster> read_destination_cluster(KubeApi& own, const std::string& ns, const std::string& secret);

struct ConnectedDestination {
  std::string name, server;
  std::vector<std::string> namespaces;
  Connected client;
};

// Reads the Secret; credentials that the cluster refuses are read from it again. `own` is kept, `clock` must outlive the client.
Result<ConnectedDestination> connect_destination(const std::shared_ptr<KubeApi>& own, const std::string& ns, const std::string& secret,
                                                 const KubeOptions& options, Clock& clock);

}  // namespace refloat
