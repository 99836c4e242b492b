// From what a user gave (flags, environment, files) to a client: kubeconfig as kubectl reads it, else the Pod's ServiceAccount.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/endpoint.h"
#include "kube/kube_api.h"
#include "kube/kubeconfig.h"

namespace refloat {

struct KubeOptions {
  std::string kubeconfig;           // --kubeconfig; empty = KUBECONFIG, then $HOME/.kube/config
  std::string context;              // --context; empty = current-context
  std::string ns;                   // --namespace; empty = the context's
  Duration request_timeout{30000};  // --request-timeout; 0 or less = the default
  Impersonation as;                 // --as, --as-group, --as-uid; beats the kubeconfig's
  std::string user_agent = "refloat/0.1.0";
  bool interactive = false;  // a person at a terminal may answer an exec plugin
};

// What the process's surroundings say; a value, so that tests can make one.
struct KubeEnvironment {
  std::string kubeconfig;                  // KUBECONFIG
  std::string home;                        // HOME
  std::string service_host, service_port;  // KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT
  std::string service_account = "/var/run/secrets/kubernetes.io/serviceaccount";

  // That of this process.
  static KubeEnvironment of_process();
};

struct Connected {
  std::unique_ptr<KubeApi> api;
  std::shared_ptr<const Origin> origin;  // of the same cluster, for streams (watch/watcher.h)
  std::string default_namespace;
  std::string context;  // "in-cluster" for a ServiceAccount
};

// Builds the client; sends nothing yet. `clock` must outlive it.
Result<Connected> connect(const KubeOptions& options, Clock& clock, const KubeEnvironment& environment = KubeEnvironment::of_process());

// Where a cluster is and how it is trusted; errors say which setting is wrong.
Result<Endpoint> endpoint_of(const KubeCluster& cluster);

// The client of one cluster, without the names of a kubeconfig; sends nothing yet.
Connected client_of(Endpoint endpoint, std::shared_ptr<Credentials> credentials, const KubeOptions& options, Clock& clock);

// The files that kubectl would read, in its order.
std::vector<std::string> kubeconfig_files(const KubeOptions& options, const KubeEnvironment& environment);

}  // namespace refloat
