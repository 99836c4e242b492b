#include "kube/connect.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "kube/cached_file.h"
#include "kube/endpoint.h"
#include "kube/http_kube_api.h"
#include "kube/in_cluster.h"
#include "kube/kubeconfig.h"
#include "kube/user_credentials.h"

namespace refloat {
namespace {

// The entries of one context, looked up.
struct Chosen {
  std::string context;
  KubeContext names;
  KubeCluster cluster;
  KubeUser user;
};

template <class Value>
std::vector<std::string> keys_of(const std::map<std::string, Value>& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(printable(key, 100));
  return keys;
}

std::string hint_for(const std::string& word, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return "there is none; check --kubeconfig and KUBECONFIG";
  const std::string near = nearest(word, candidates);
  const std::vector<std::string> shown(candidates.begin(),
                                       candidates.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(10, candidates.size())));
  return (near.empty() ? "" : "did you mean \"" + near + "\"? ") + "there are: " + join(shown, ", ") +
         (shown.size() < candidates.size() ? ", ..." : "");
}

// The entry of that name, or who asked for it in vain.
template <class Value>
Result<Value> look_up(const std::map<std::string, Value>& map, const std::string& name, const std::string& asking) {
  const auto found = map.find(name);
  if (found != map.end()) return found->second;
  return Error{ErrorKind::invalid, asking + " \"" + printable(name, 100) + "\" is not in the kubeconfig", hint_for(name, keys_of(map))};
}

Result<Chosen> choose(const Kubeconfig& config, const std::string& wanted) {
  Chosen chosen;
  chosen.context = wanted.empty() ? config.current_context : wanted;
  if (chosen.context.empty()) {
    return Error{ErrorKind::invalid, "no context chosen: current-context is not set",
                 "give --context; " + hint_for("", keys_of(config.contexts))};
  }
  const Result<KubeContext> context = look_up(config.contexts, chosen.context, "context");
  if (!context) return context.error();
  chosen.names = *context;
  const std::string where = "context \"" + printable(chosen.context, 100) + "\": ";
  Result<KubeCluster> cluster = look_up(config.clusters, context->cluster, where + "its cluster");
  if (!cluster) return cluster.error();
  chosen.cluster = std::move(*cluster);
  if (context->user.empty()) return chosen;  // anonymous
  Result<KubeUser> user = look_up(config.users, context->user, where + "its user");
  if (!user) return user.error();
  chosen.user = std::move(*user);
  return chosen;
}

Result<std::string> authorities_of(const KubeCluster& cluster) {
  if (!cluster.ca_data.empty()) {
    auto pem = base64_decode(cluster.ca_data);
    if (!pem) return Error{ErrorKind::invalid, "certificate-authority-data is no base64"};
    return std::move(*pem);
  }
  if (cluster.ca_file.empty()) return std::string();
  Result<std::string> pem = read_file(cluster.ca_file);
  if (!pem) return pem.error().wrap("read certificate-authority");
  // An empty authority must not silently become "trust the system's".
  if (trim(*pem).empty()) return Error{ErrorKind::invalid, "certificate-authority " + printable(cluster.ca_file) + " is empty"};
  return pem;
}

Result<> check_proxy(const KubeCluster& cluster) {
  const std::string& proxy = cluster.proxy_url.reveal();
  if (proxy.empty() || starts_with_any(proxy, {"http://", "https://", "socks5://", "socks5h://"})) return ok();
  return Error{ErrorKind::invalid, "proxy-url is neither http, https nor socks5", "write it scheme://host:port"};
}

// What an exec plugin with provideClusterInfo is told.
Json cluster_info(const KubeCluster& cluster, const Endpoint& endpoint) {
  Json info = {{"server", endpoint.server}};
  if (!endpoint.tls_server_name.empty()) info["tls-server-name"] = endpoint.tls_server_name;
  if (endpoint.insecure_skip_tls_verify) info["insecure-skip-tls-verify"] = true;
  if (!endpoint.ca_pem.empty()) info["certificate-authority-data"] = base64_encode(endpoint.ca_pem);
  if (!endpoint.proxy_url.empty()) info["proxy-url"] = endpoint.proxy_url.reveal();
  if (endpoint.disable_compression) info["disable-compression"] = true;
  if (!cluster.exec_config.is_null()) info["config"] = cluster.exec_config;
  return info;
}

HttpKubeOptions http_options(const KubeOptions& options) {
  HttpKubeOptions http;
  http.user_agent = options.user_agent;
  if (options.request_timeout.count() > 0) http.request_timeout = options.request_timeout;
  return http;
}

Result<Connected> build(const Chosen& chosen, const KubeOptions& options, Clock& clock) {
  Result<Endpoint> endpoint = endpoint_of(chosen.cluster);
  if (!endpoint) return endpoint.error().wrap("cluster \"" + printable(chosen.names.cluster, 100) + "\"");
  KubeUser user = chosen.user;
  if (!options.as.empty()) user.as = options.as;
  auto credentials = make_credentials(user, {cluster_info(chosen.cluster, *endpoint), options.interactive}, clock);
  if (!credentials) return credentials.error().wrap("user \"" + printable(chosen.names.user, 100) + "\"");
  Connected connected = client_of(std::move(*endpoint), std::move(*credentials), options, clock);
  connected.context = chosen.context;
  connected.default_namespace = !options.ns.empty() ? options.ns : !chosen.names.ns.empty() ? chosen.names.ns : "default";
  return connected;
}

Result<Connected> connect_in_cluster(const KubeOptions& options, Clock& clock, const KubeEnvironment& environment) {
  const Result<InCluster> pod = read_in_cluster(environment.service_host, environment.service_port, environment.service_account);
  if (!pod) return pod.error();
  const Chosen chosen{"in-cluster", {"in-cluster", "serviceaccount", pod->ns}, pod->cluster, pod->user};
  return build(chosen, options, clock);
}

Error nothing_found(const std::vector<std::string>& files) {
  const std::string looked = files.empty() ? "neither KUBECONFIG nor HOME is set" : "looked at " + printable(join(files, ", "));
  return {ErrorKind::invalid, "no kubeconfig found (" + looked + ") and not running in a Pod", "give --kubeconfig FILE or set KUBECONFIG"};
}

}  // namespace

Result<Endpoint> endpoint_of(const KubeCluster& cluster) {
  if (cluster.server.empty()) return Error{ErrorKind::invalid, "the cluster has no server"};
  if (!starts_with_any(cluster.server, {"https://", "http://"})) {
    return Error{ErrorKind::invalid, "server is no http or https address", "write server: https://host:port"};
  }
  if (cluster.insecure_skip_tls_verify && !(cluster.ca_file.empty() && cluster.ca_data.empty())) {
    return Error{ErrorKind::invalid, "both insecure-skip-tls-verify and a certificate-authority are given", "keep one of them"};
  }
  if (const Result<> proxy = check_proxy(cluster); !proxy) return proxy.error();
  Result<std::string> authorities = authorities_of(cluster);
  if (!authorities) return authorities.error();
  Endpoint endpoint;
  endpoint.server = cluster.server;
  while (endpoint.server.ends_with('/')) endpoint.server.pop_back();
  endpoint.ca_pem = std::move(*authorities);
  endpoint.tls_server_name = cluster.tls_server_name;
  endpoint.proxy_url = cluster.proxy_url;
  endpoint.insecure_skip_tls_verify = cluster.insecure_skip_tls_verify;
  endpoint.disable_compression = cluster.disable_compression;
  return endpoint;
}

KubeEnvironment KubeEnvironment::of_process() {
  const auto get = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  KubeEnvironment out;
  out.kubeconfig = get("KUBECONFIG");
  out.home = get("HOME");
  out.service_host = get("KUBERNETES_SERVICE_HOST");
  out.service_port = get("KUBERNETES_SERVICE_PORT");
  return out;
}

Connected client_of(Endpoint endpoint, std::shared_ptr<Credentials> credentials, const KubeOptions& options, Clock& clock) {
  Connected connected;
  connected.origin = std::make_shared<const Origin>(Origin{endpoint, credentials, options.user_agent});
  connected.api = std::make_unique<HttpKubeApi>(std::move(endpoint), std::move(credentials), clock, http_options(options));
  return connected;
}

std::vector<std::string> kubeconfig_files(const KubeOptions& options, const KubeEnvironment& environment) {
  if (!options.kubeconfig.empty()) return {options.kubeconfig};
  std::vector<std::string> files;
  for (const std::string& file : split(environment.kubeconfig, ':')) {
    if (!file.empty() && std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
  }
  if (environment.kubeconfig.empty() && !environment.home.empty()) files.push_back(environment.home + "/.kube/config");
  return files;
}

Result<Connected> connect(const KubeOptions& options, Clock& clock, const KubeEnvironment& environment) {
  const std::vector<std::string> files = kubeconfig_files(options, environment);
  const Result<Kubeconfig> config = load_kubeconfig(files, !options.kubeconfig.empty());
  if (!config) return config.error();
  const bool nothing = config->empty() && options.kubeconfig.empty() && options.context.empty();
  if (nothing && environment.service_host.empty()) return nothing_found(files);
  if (nothing) return connect_in_cluster(options, clock, environment);
  const Result<Chosen> chosen = choose(*config, options.context);
  const std::string source = printable(join(files, ":"));
  if (!chosen) return chosen.error().wrap(source);
  Result<Connected> connected = build(*chosen, options, clock);
  if (!connected) return connected.error().wrap(source);
  return connected;
}

}  // namespace refloat
