// The clusters that Argo CD deploys to, from the Secrets in which it keeps them: read by name, never listed, and only those that the
// installer named. What may be done there is what Argo CD's own credentials may do.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "kube/connect.h"
#include "kube/kube_api.h"
#include "kube/kubeconfig.h"
#include "model/destinations.h"

namespace refloat {

// Where such a Secret is, and whom to act as in its cluster.
struct DestinationSecret {
  std::shared_ptr<KubeApi> own;  // asked from the thread that needs credentials: it must not wait for long
  std::string ns, name;
  Impersonation as = {};

  [[nodiscard]] std::string display() const { return ns + "/" + name; }
};

// What it says (Argo CD 3.x: keys name, server, project, namespaces, config).
struct DestinationCluster {
  Destination destination;  // called by its address where the Secret gives no name; without a last slash
  KubeCluster cluster;
  KubeUser user;
};

// Errors name the Secret and the key, never a value.
Result<DestinationCluster> read_destination_cluster(const DestinationSecret& secret);

// Whether a person must mend the Secret, or a right; otherwise our own cluster did not answer.
bool is_about_the_secret(const Error& error);

// The client of a cluster as it was just read. Its Secret is read again each minute and when the cluster refuses the credentials; every
// request fails once it is gone or names another cluster. `clock` must outlive the client.
Result<Connected> connect_destination(const DestinationSecret& secret, const DestinationCluster& read, const KubeOptions& options,
                                      Clock& clock);

}  // namespace refloat
