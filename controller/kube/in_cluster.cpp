#include "kube/in_cluster.h"

#include <string>

#include "base/result.h"
#include "base/text.h"
#include "kube/cached_file.h"

namespace refloat {

Result<InCluster> read_in_cluster(const std::string& host, const std::string& port, const std::string& directory) {
  if (host.empty() || port.empty()) {
    return Error{ErrorKind::invalid, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set",
                 "this only works inside a Pod"};
  }
  InCluster found;
  const bool ipv6 = host.find(':') != std::string::npos;
  found.cluster.server = "https://" + (ipv6 ? "[" + host + "]" : host) + ":" + port;
  found.cluster.ca_file = directory + "/ca.crt";
  found.user.token_file = directory + "/token";
  if (const Result<std::string> token = read_file(found.user.token_file); !token) {
    Error error = token.error().wrap("read the ServiceAccount token");
    error.hint = "does the Pod set automountServiceAccountToken: false?";
    return error;
  }
  const Result<std::string> ns = read_file(directory + "/namespace");
  found.ns = ns ? trim(*ns) : "default";
  return found;
}

}  // namespace refloat
